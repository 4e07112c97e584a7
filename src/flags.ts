/** A command-line flag as the command table declares it, once, for parsing, `--help` and completion. */
export interface Flag {
  /** As commander takes it: `-p, --profile <name>`. */
  readonly form: string;
  readonly help: string;
  /** May be given more than once; the values add up to a list. */
  readonly repeatable?: true;
  /** Works, but is not shown. */
  readonly hidden?: true;
}

export const globalFlags: readonly Flag[] = [
  { form: '-p, --profile <name>', help: 'use this profile (MEGALLM_PROFILE)' },
  { form: '--json', help: 'one JSON document on stdout, errors included' },
  { form: '--dry-run', help: 'show what would change, and change nothing' },
  { form: '-y, --yes', help: 'say yes to replacing, removing and revoking' },
  { form: '--trust', help: 'let an overriding address have a stored key' },
  { form: '-q, --quiet', help: 'say nothing but errors' },
  { form: '--debug', help: 'show stack traces' },
  { form: '--no-color', help: 'no colours (NO_COLOR)' },
];

export const flags = {
  withKey: { form: '--with-key', help: 'take a key from stdin, or ask for it without showing it' },
  device: { form: '--device', help: 'sign in on another device, with a code' },
  noBrowser: { form: '--no-browser', help: 'the same' },
  insecureStorage: {
    form: '--insecure-storage',
    help: 'keep the key in a plain-text file (0600), not in the keychain',
  },
  keepKey: { form: '--keep-key', help: 'do not revoke the key' },
  revoke: { form: '--revoke', help: 'revoke the key, even one that was pasted' },
  to: {
    form: '--to <backend>',
    help: 'dotenv, bash, zsh, fish, powershell, windows, github or compose; may be repeated',
    repeatable: true,
  },
  file: { form: '--file <path>', help: 'the file for dotenv (default: ./.env) or compose' },
  service: { form: '--service <name>', help: 'the service in the Compose file' },
  inline: { form: '--inline', help: 'put the key into the shell file itself' },
  grace: { form: '--grace <time>', help: 'leave the old key valid (1h, 2d), and show how to revoke it then' },
  force: { form: '--force', help: 'write even to a file that Git tracks' },
  format: {
    form: '--format <format>',
    help: 'posix, fish, powershell, cmd, dotenv, github, json, compose or dockerfile (default: posix)',
  },
  lang: {
    form: '--lang <language>',
    help: 'python or node (default: node beside a package.json, else python)',
  },
  sdk: {
    form: '--sdk <sdk>',
    help: "the SDK's own variables too: openai, anthropic or langchain; may be repeated",
    repeatable: true,
  },
  model: { form: '--model <model>', help: 'the model, or a part of its name that no other has' },
  name: { form: '--name <name>', help: 'what to call the key' },
  expires: {
    form: '--expires <when>',
    help: 'when it expires: 12h, 90d, 4w, 1y, or a date such as 2030-01-31',
  },
  forceRevoke: { form: '--force', help: 'revoke even a key that is in use here' },
  org: { form: '--org <id>', help: 'the organisation' },
  activate: { form: '--activate', help: "make it the profile's key" },
  print: { form: '--print', help: 'print it to stdout' },
  list: { form: '--list', help: 'list what can be undone' },
  project: { form: '--project', help: 'for this folder alone' },
  plainKey: { form: '--plain-key', help: 'let the tool hold the key, not ask megallm for it' },
  install: { form: '--install', help: 'install the tool with npm where it is missing' },
  fix: { form: '--fix', help: 'mend what can be mended without you, on a yes (doctor fix, too)' },
  report: { form: '--report', help: 'print what can be pasted into a support request: no key, no names' },
  offline: { form: '--offline', help: 'leave out the checks that need the network' },
  scan: { form: '--scan', help: 'look for keys left in histories, tracked files and transcripts' },
  verbose: { form: '--verbose', help: 'show what the service says about the authentication' },
  tool: { form: '--tool <tool>', help: 'the AI coding tools to link; may be repeated', repeatable: true },
  setupProject: { form: '--project', help: "link the tools in this project's settings" },
  setupInstall: { form: '--install', help: 'install the tools that are not there' },
  plain: { form: '--plain', help: 'questions in lines that are not redrawn (MEGALLM_PLAIN)' },
} as const satisfies Record<string, Flag>;
