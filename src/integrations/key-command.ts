import {
  type AsksCommand,
  type Command,
  type ExportedVariables,
  type Obstacle,
  type Proof,
  plainValue,
} from '../credentials/backends/backend.ts';
import { keyVariable, tryParseKey } from '../credentials/key.ts';
import { exitCodes } from '../errors.ts';
import { maskKeys, Secret } from '../secret.ts';
import type { Machine } from '../system/machine.ts';
import type { HelperCommand } from './own-command.ts';

/** As long as Codex waits; Claude Code waits longer. */
const deadlineMs = 5000;

/** What megallm is asked for by a tool. */
export function keyArguments(profile: string): readonly string[] {
  return ['key', 'print', '--profile', profile];
}

/** Words and what quotes them: nothing here means more than itself to a shell. */
const plainLine = /^(?:'[^']*'|"[^"$`]*"|\\'|[^'"`$;&|<>()*?[\]{}!#\r\n])+$/;

/** The profile that a command of ours asks for, quoted or not; `undefined` for a command that is not ours. */
export function profileAskedFor(command: string): string | undefined {
  if (!plainLine.test(command)) return undefined;
  return /megallm\S* key print --profile (\S+)$/.exec(command.replaceAll(/['"]/g, ''))?.[1];
}

/** A command line as the system's shell takes it. */
export function shellInvocation(line: string, { platform }: Pick<Machine, 'platform'>): Command {
  if (platform !== 'win32') return { program: '/bin/sh', args: ['-c', line] };
  return { program: 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

/** What reaches a tool that was started from a desktop: enough to find the keychain, and no PATH of the shell's. */
const inherited = [
  ...['USER', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'DISPLAY', 'WAYLAND_DISPLAY'],
  ...['SystemRoot', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
];

/** Why a tool would get no key from megallm when it asks for one, other than that none is stored yet. */
export async function mustPrintKey(
  [program, ...first]: HelperCommand,
  profile: string,
  machine: Pick<Machine, 'home' | 'env'>,
): Promise<Obstacle | undefined> {
  const said = await ask({ program, args: [...first, ...keyArguments(profile)] }, machine);
  if ('key' in said || said.status === exitCodes['not-signed-in']) return undefined;
  return {
    message: `The tool would ask megallm for the key, and get none: ${said.problem}`,
    hints: ['Let the tool hold the key itself: add --plain-key'],
  };
}

/** What comes of it when the command is run too, where there is one. */
export async function askedProof(
  seen: Proof | AsksCommand,
  variables: ExportedVariables,
  machine: Pick<Machine, 'home' | 'env'>,
): Promise<Proof> {
  if (seen.kind !== 'asks') return seen;
  const key = variables.get(keyVariable) ?? '';
  return proveKeyCommand(seen.command, new Secret(plainValue(key)), machine);
}

/** Runs the command as a tool does, and looks at the key that it prints. */
export async function proveKeyCommand(
  command: Command,
  key: Secret,
  machine: Pick<Machine, 'home' | 'env'>,
): Promise<Proof> {
  const by = 'the key command';
  const said = await ask(command, machine);
  if ('problem' in said) return { kind: 'unknown', by, reason: said.problem };
  if (said.key.equals(key)) return { kind: 'seen', by };
  return { kind: 'different', by, name: keyVariable, value: said.key };
}

async function ask(
  command: Command,
  machine: Pick<Machine, 'home' | 'env'>,
): Promise<{ key: Secret } | { problem: string; status: unknown }> {
  const said = await runAsTool(command, machine);
  if ('problem' in said) return said;
  const key = tryParseKey(said.stdout);
  return key ? { key } : { problem: 'it prints no key.', status: 0 };
}

/** Runs a command without a terminal, as tools do. */
export async function runAsTool(
  { program, args, verbatim = false }: Command,
  { home, env }: Pick<Machine, 'home' | 'env'>,
): Promise<{ stdout: string } | { problem: string; status: unknown }> {
  const { execFile } = await import('node:child_process');
  const own = Object.fromEntries(inherited.map((name) => [name, env[name]]));
  const options = {
    cwd: home,
    env: { ...own, HOME: home },
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
    windowsVerbatimArguments: verbatim,
  } as const;
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout });
      else if (error.killed) resolve({ problem: `no answer within ${deadlineMs / 1000} s.`, status: null });
      else resolve({ problem: firstLine(stderr) ?? 'it fails without a word.', status: error.code });
    });
    child.stdin?.end();
  });
}

/** Of our own errors, without their mark; of others whatever is safe to show. */
function firstLine(text: string): string | undefined {
  const [line = ''] = text.split('\n');
  return maskKeys(line.replace(/^\S /, '').slice(0, 300)) || undefined;
}
