import { join } from 'node:path';
import { Secret } from '../../secret.ts';
import type { Machine } from '../../system/machine.ts';
import { claudeFolder, claudeSettingsPath } from '../claude-code.ts';
import { managedSettings } from '../claude-strays.ts';
import { memberAt } from '../json-members.ts';
import { profileAskedFor } from '../key-command.ts';
import { type Decision, decide, fromShell, isOurAddress, type Ours, type Setting } from './decision.ts';
import { readableJson } from './readable.ts';

const clouds = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'];

/**
 * Claude Code sends two headers, each decided by itself: a helper's key goes out in that of the two which nothing else fills.
 * Settings count before the shell, managed ones before those of the project and of the user; a login counts last
 * (code.claude.com/docs/en/authentication, and as 2.1 behaves).
 */
export function whyClaude(machine: Machine, ours: Ours): Decision[] {
  const { cwd, env } = machine;
  const files = [
    managedSettings(machine),
    join(cwd, '.claude', 'settings.local.json'),
    join(cwd, '.claude', 'settings.json'),
    claudeSettingsPath(machine, false),
  ];
  const texts = files.map((path) => ({ path, text: readableJson(path, false) }));
  const variable = (name: string, isOurs: (value: string) => boolean): Setting[] => [
    ...texts.flatMap(({ path, text }) => settingIn(path, text, ['env', name], name, isOurs)),
    ...fromShell(name, env, isOurs),
  ];
  const isKey = (value: string) => ours.isKey(new Secret(value).fingerprint);
  const cloud = clouds
    .flatMap((name) => variable(name, () => false))
    .filter(({ value }) => value.reveal() !== '0');
  const login = join(claudeFolder(machine), '.credentials.json');
  const helpers = texts.flatMap(({ path, text }) =>
    settingIn(path, text, ['apiKeyHelper'], 'apiKeyHelper', (line) => profileAskedFor(line) !== undefined),
  );
  const apiKeys = variable('ANTHROPIC_API_KEY', isKey);
  const logins = [
    ...variable('CLAUDE_CODE_OAUTH_TOKEN', () => false),
    ...settingIn(login, readableJson(login, false), ['claudeAiOauth'], 'login', () => false),
  ];
  const hasApiKey = (apiKeys[0]?.value.reveal() ?? '') !== '';
  return [
    decide('Authorization', [
      ...cloud,
      ...variable('ANTHROPIC_AUTH_TOKEN', isKey),
      ...helpers,
      ...(hasApiKey ? [] : logins),
    ]),
    decide('x-api-key', [...cloud, ...apiKeys, ...helpers]),
    decide('address', [...cloud, ...variable('ANTHROPIC_BASE_URL', (value) => isOurAddress(value, ours))]),
  ];
}

function settingIn(
  place: string,
  text: string,
  path: readonly string[],
  subject: string,
  isOurs: (value: string) => boolean,
): Setting[] {
  const member = memberAt(text, path);
  if (member === undefined) return [];
  const value = typeof member.value === 'string' ? member.value : JSON.stringify(member.value);
  return [
    {
      name: path.join('.'),
      subject,
      place,
      line: member.line,
      value: new Secret(value),
      isOurs: isOurs(value),
    },
  ];
}
