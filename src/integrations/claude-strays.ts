import { dirname, join } from 'node:path';
import type { Obstacle } from '../credentials/backends/backend.ts';
import { readFile } from '../system/files.ts';
import type { Machine } from '../system/machine.ts';
import { jsonProblem, memberAt } from './json-members.ts';
import { partsOf } from './settings-file.ts';

const credentials = [
  'apiKeyHelper',
  'env.ANTHROPIC_BASE_URL',
  'env.ANTHROPIC_AUTH_TOKEN',
  'env.ANTHROPIC_API_KEY',
];
/** Each sends Claude Code to a cloud's own service, whatever the base URL says. */
const clouds = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'];

/** What would win over the settings at `path`, and a login that is there beside them. */
export function claudeStrays(path: string, folder: string, machine: Machine): Obstacle[] {
  const { cwd, env } = machine;
  const project = join(cwd, '.claude');
  const stronger = [
    managedSettings(machine),
    join(project, 'settings.local.json'),
    join(project, 'settings.json'),
  ];
  const own = stronger.indexOf(path);
  const files = own < 0 ? stronger : stronger.slice(0, own);
  return [
    ...files.flatMap((file) => winners(file)),
    ...[path, ...stronger].flatMap((file) => cloudsIn(file)),
    ...clouds.filter((name) => env[name]).map((name) => inShell(name)),
    ...(isSignedIn(folder) ? [signedIn] : []),
  ];
}

export function managedSettings({ platform }: Machine): string {
  if (platform === 'darwin') return '/Library/Application Support/ClaudeCode/managed-settings.json';
  if (platform === 'win32') return 'C:\\Program Files\\ClaudeCode\\managed-settings.json';
  return '/etc/claude-code/managed-settings.json';
}

/** The file is another's, so that what cannot be read is no matter of ours. */
function textOf(path: string): string {
  try {
    const { text } = partsOf(readFile(path)?.bytes ?? Buffer.alloc(0), path);
    return jsonProblem(text, false) ? '' : text;
  } catch {
    return '';
  }
}

function winners(path: string): Obstacle[] {
  const text = textOf(path);
  return credentials.flatMap((name) => {
    const member = memberAt(text, name.split('.'));
    if (member === undefined) return [];
    return [
      {
        message: `${path}:${member.line} sets ${name}, which wins in ${dirname(dirname(path))}.`,
        hints: ['Take it out there, or link this folder too: megallm link claude --project'],
      },
    ];
  });
}

function cloudsIn(path: string): Obstacle[] {
  const text = textOf(path);
  return clouds.flatMap((name) => {
    const member = memberAt(text, ['env', name]);
    if (member === undefined || member.value === '' || member.value === '0') return [];
    return [
      {
        message: `${path}:${member.line} sets env.${name}: Claude Code goes to that cloud, not to MegaLLM.`,
        hints: ['Take it out there.'],
      },
    ];
  });
}

function inShell(name: string): Obstacle {
  return {
    message: `${name} is set in this shell: Claude Code goes to that cloud, not to MegaLLM.`,
    hints: [`unset ${name}`],
  };
}

function isSignedIn(folder: string): boolean {
  return memberAt(textOf(join(folder, '.credentials.json')), ['claudeAiOauth']) !== undefined;
}

const signedIn: Obstacle = {
  message: 'Claude Code is signed in to Anthropic as well; it uses these settings all the same.',
  hints: ['claude /logout   (to have one of the two only)'],
  harmless: true,
};
