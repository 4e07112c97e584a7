import type { Context } from './context.ts';
import { type Flag, flags } from './flags.ts';
import type { Report } from './terminal/output.ts';

export interface CommandModule {
  run(context: Context, options: Readonly<Record<string, unknown>>): Promise<Report>;
}

/** A command: its words and arguments, what it does, its flags, and the module that is loaded when it runs. */
export interface CommandRow {
  readonly usage: string;
  readonly help: string;
  readonly flags?: readonly Flag[];
  /** From its first argument on, everything is another program's, flags too. */
  readonly runsProgram?: true;
  /** Works, but is not shown. */
  readonly hidden?: true;
  /** It is handed this very table, as `grammar`. */
  readonly takesGrammar?: true;
  readonly load: () => Promise<CommandModule>;
}

export const commandTable: readonly CommandRow[] = [
  {
    usage: 'setup',
    help: 'from nothing to a key that works, step by step',
    flags: [
      flags.to,
      flags.tool,
      flags.setupProject,
      flags.withKey,
      flags.insecureStorage,
      flags.setupInstall,
      flags.plain,
    ],
    load: () => import('./commands/setup.ts'),
  },
  {
    usage: 'login',
    help: 'sign in, and store the key that comes of it',
    flags: [flags.device, flags.noBrowser, flags.withKey, flags.insecureStorage],
    load: () => import('./commands/login.ts'),
  },
  {
    usage: 'logout',
    help: 'remove the key from where megallm wrote it',
    flags: [flags.keepKey, flags.revoke],
    load: () => import('./commands/logout.ts'),
  },
  {
    usage: 'uninstall',
    help: 'sign out of every profile, and remove all that megallm wrote',
    flags: [flags.keepKey, flags.revoke],
    load: () => import('./commands/uninstall.ts'),
  },
  { usage: 'whoami', help: 'show whose key it is', load: () => import('./commands/whoami.ts') },
  {
    usage: 'status',
    help: 'show the account, the key and where it is',
    load: () => import('./commands/status.ts'),
  },
  {
    usage: 'doctor [action]',
    help: 'check everything, and say what to do',
    flags: [flags.fix, flags.offline, flags.verbose, flags.scan, flags.report],
    load: () => import('./commands/doctor.ts'),
  },
  {
    usage: 'why [tool]',
    help: 'show which key and address a tool uses, and why',
    load: () => import('./commands/why.ts'),
  },
  { usage: 'key print', help: 'print the active key', load: () => import('./commands/key/print.ts') },
  {
    usage: 'keys create',
    help: 'make a new key',
    flags: [
      flags.name,
      flags.org,
      flags.expires,
      flags.activate,
      flags.print,
      flags.to,
      flags.file,
      flags.insecureStorage,
    ],
    load: () => import('./commands/keys/create.ts'),
  },
  {
    usage: 'keys list',
    help: "list the account's keys",
    flags: [flags.org],
    load: () => import('./commands/keys/list.ts'),
  },
  {
    usage: 'keys revoke <key>',
    help: 'revoke a key, by its id or its name',
    flags: [flags.forceRevoke],
    load: () => import('./commands/keys/revoke.ts'),
  },
  {
    usage: 'keys rotate',
    help: 'replace the key everywhere by a new one, and revoke it',
    flags: [flags.grace, flags.force],
    load: () => import('./commands/keys/rotate.ts'),
  },
  {
    usage: 'env write',
    help: 'write the key where programs look for it',
    flags: [flags.to, flags.file, flags.service, flags.sdk, flags.inline, flags.force],
    load: () => import('./commands/env/write.ts'),
  },
  {
    usage: 'env print',
    help: 'print the variables, for eval and pipes',
    flags: [flags.format, flags.sdk],
    load: () => import('./commands/env/print.ts'),
  },
  {
    usage: 'env remove',
    help: 'take out what env write wrote',
    flags: [flags.to, flags.file, flags.service],
    load: () => import('./commands/env/remove.ts'),
  },
  {
    usage: 'run <command...>',
    help: 'run a command with the key in its environment',
    flags: [flags.sdk],
    runsProgram: true,
    load: () => import('./commands/run.ts'),
  },
  {
    usage: 'launch <tool> [arguments...]',
    help: 'start a tool through MegaLLM, for this once',
    flags: [flags.model],
    load: () => import('./commands/launch.ts'),
  },
  { usage: 'profile list', help: 'list the profiles', load: () => import('./commands/profile/list.ts') },
  {
    usage: 'profile use <name>',
    help: 'make it the current profile, wherever the key of the one before it is',
    load: () => import('./commands/profile/use.ts'),
  },
  {
    usage: 'profile rm <name>',
    help: 'remove a profile, its keys and all that they were written to',
    flags: [flags.keepKey, flags.revoke],
    load: () => import('./commands/profile/rm.ts'),
  },
  { usage: 'orgs', help: 'list the organisations', load: () => import('./commands/orgs.ts') },
  {
    usage: 'switch-org [id]',
    help: 'use the key of another organisation',
    load: () => import('./commands/switch-org.ts'),
  },
  { usage: 'models', help: 'list what the key can use', load: () => import('./commands/models.ts') },
  {
    usage: 'link <tool>',
    help: 'make claude, codex or opencode use MegaLLM',
    flags: [flags.project, flags.plainKey, flags.install],
    load: () => import('./commands/link.ts'),
  },
  {
    usage: 'unlink <tool>',
    help: 'take out what link wrote',
    load: () => import('./commands/unlink.ts'),
  },
  {
    usage: 'examples [sdk]',
    help: 'print snippets that work here',
    flags: [flags.lang],
    load: () => import('./commands/examples.ts'),
  },
  {
    usage: 'completion <shell>',
    help: 'print the completion script of a shell',
    load: () => import('./commands/completion.ts'),
  },
  {
    usage: 'complete [words...]',
    help: 'answer a completion script',
    hidden: true,
    runsProgram: true,
    takesGrammar: true,
    load: () => import('./commands/complete.ts'),
  },
  {
    usage: 'undo [id]',
    help: 'put back what the last change touched',
    flags: [flags.list],
    load: () => import('./commands/undo.ts'),
  },
];

/** What the words before a command's last one stand for. */
export const commandGroups: Readonly<Record<string, string>> = {
  key: 'the active key',
  keys: "the account's keys",
  profile: 'several accounts',
  env: 'the key in files and shells',
};
