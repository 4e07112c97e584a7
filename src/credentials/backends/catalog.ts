import { resolve } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import { loginShell } from '../../system/login-shell.ts';
import type { Machine } from '../../system/machine.ts';
import type { UserVariables } from '../../system/user-variables.ts';
import type { Link, Location } from '../profiles.ts';
import type { Backend, Ownership } from './backend.ts';
import type { ShellId } from './shells/open-shell.ts';

/** Which target of a backend is meant; what is left out has a default. */
export interface TargetOptions {
  readonly file?: string;
  /** For shells: the remembered one. */
  readonly startupFile?: string;
  readonly inline?: boolean;
  /** For Compose. */
  readonly service?: string;
  /** For AI coding tools: the remembered link, or a new one. */
  readonly link?: Link;
  readonly newLink?: NewLink;
}

export interface NewLink extends Link {
  /** For this folder alone. */
  readonly project: boolean;
  /** What the key can use. */
  readonly models: readonly string[];
}

export interface BackendSetting {
  readonly machine: Machine;
  readonly ownership: Ownership;
  /** Throws `usage` where there are none. */
  userVariables(): Promise<UserVariables>;
  /** Every location of this backend, of all profiles, as it will be. */
  readonly remembered: (draft?: Draft) => readonly Location[];
}

/** By id, how each is opened: its module is loaded then. */
export type Catalog = Readonly<
  Record<string, (target: TargetOptions, setting: BackendSetting) => Promise<Backend>>
>;

function shell(id: ShellId): Catalog[string] {
  return async ({ startupFile, inline = false }, { machine }) => {
    const { openShell } = await import('./shells/open-shell.ts');
    return openShell(id, machine, { startupFile, inline });
  };
}

export const backends: Catalog = {
  dotenv: async ({ file = '.env' }, { machine, ownership }) => {
    const { DotenvBackend } = await import('./dotenv.ts');
    return new DotenvBackend({ path: resolve(machine.cwd, file), env: machine.env, ownership });
  },
  compose: async ({ file, service }, { machine, ownership }) => {
    const { ComposeBackend, composePath, onlyServiceIn } = await import('./compose.ts');
    const path = composePath(machine.cwd, file);
    return new ComposeBackend(path, service ?? (await onlyServiceIn(path)), ownership);
  },
  github: async ({ startupFile }, { machine, ownership }) => {
    const { GithubActionsBackend } = await import('./github-actions.ts');
    return new GithubActionsBackend(machine, ownership, startupFile);
  },
  bash: shell('bash'),
  zsh: shell('zsh'),
  fish: shell('fish'),
  powershell: shell('powershell'),
  windows: async (_target, { userVariables, ownership }) => {
    const { WindowsBackend } = await import('./windows.ts');
    return new WindowsBackend(await userVariables(), ownership);
  },
};

export const backendIds = Object.keys(backends);

/** Where new terminals take variables from: the login shell's own file, on Windows the user environment. */
export function usualBackend(machine: Pick<Machine, 'env' | 'platform'>): string | undefined {
  const own = machine.platform === 'win32' ? 'windows' : loginShell(machine);
  return backendIds.find((id) => id === own);
}
