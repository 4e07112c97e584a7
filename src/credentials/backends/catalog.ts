import { dirname, resolve } from 'node:path';
import { MegallmError } from '../../errors.ts';
import type { Machine } from '../../system/machine.ts';
import type { Location } from '../profiles.ts';
import type { Backend, Ownership } from './backend.ts';
import type { ShellId } from './shell-dialects.ts';

/** Which target of a backend is meant; what is left out has a default. */
export interface TargetOptions {
  readonly file?: string;
  /** For shells: the remembered one. */
  readonly startupFile?: string;
  readonly inline?: boolean;
}

export interface BackendSetting {
  readonly machine: Machine;
  readonly ownership: Ownership;
}

type Open = (target: TargetOptions, setting: BackendSetting) => Promise<Backend>;

function shell(id: ShellId): Open {
  return async ({ startupFile, inline = false }, { machine }) => {
    const { ShellBackend } = await import('./shell.ts');
    return new ShellBackend(id, {
      machine: id === 'zsh' ? withZshFolder(machine, startupFile) : machine,
      inline,
    });
  };
}

/** A remembered .zshrc is found again whatever ZDOTDIR is now. */
function withZshFolder(machine: Machine, startupFile: string | undefined): Machine {
  if (startupFile === undefined) return machine;
  const { platform, home, folder, cwd } = machine;
  return { platform, home, folder, cwd, env: { ...machine.env, ZDOTDIR: dirname(startupFile) } };
}

const catalog: Readonly<Record<string, Open>> = {
  dotenv: async ({ file = '.env' }, { machine, ownership }) => {
    const { DotenvBackend } = await import('./dotenv.ts');
    return new DotenvBackend({ path: resolve(machine.cwd, file), env: machine.env, ownership });
  },
  bash: shell('bash'),
  zsh: shell('zsh'),
};

export const backendIds = Object.keys(catalog);

/** Throws `usage` for a backend that there is not. */
export async function openBackend(
  id: string,
  target: TargetOptions,
  setting: BackendSetting,
): Promise<Backend> {
  const open = Object.hasOwn(catalog, id) ? catalog[id] : undefined;
  if (open) return open(target, setting);
  throw new MegallmError(
    'usage',
    `There is no backend ${JSON.stringify(id)}.`,
    `Backends: ${backendIds.join(', ')}`,
  );
}

export async function openLocation(location: Location, setting: BackendSetting): Promise<Backend> {
  return openBackend(
    location.backend,
    { file: location.path, startupFile: location.path, inline: location.inline === true },
    setting,
  );
}
