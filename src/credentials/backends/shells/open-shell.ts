import { dirname } from 'node:path';
import { type Machine, withVariables } from '../../../system/machine.ts';
import { bash } from './bash.ts';
import type { ShellDialect } from './dialect.ts';
import { fish } from './fish.ts';
import { powershell } from './powershell.ts';
import { findPowerShellProfiles, rememberedProfiles } from './powershell-profiles.ts';
import { ShellBackend } from './shell.ts';
import { zsh } from './zsh.ts';

interface Shell {
  readonly machine: Machine;
  readonly dialect: ShellDialect;
}

/** `startupFile`: one that was written to before, which is found again whatever the environment says now. */
type Find = (machine: Machine, startupFile: string | undefined) => Shell | Promise<Shell>;

const shells = {
  bash: (machine) => ({ machine, dialect: bash }),
  zsh: (machine, file) => ({
    machine: file === undefined ? machine : withVariables(machine, { ZDOTDIR: dirname(file) }),
    dialect: zsh,
  }),
  fish: (machine, file) => ({
    machine:
      file === undefined
        ? machine
        : withVariables(machine, { XDG_CONFIG_HOME: dirname(dirname(dirname(file))) }),
    dialect: fish,
  }),
  powershell: async (machine, file) => {
    const profiles =
      file === undefined ? await findPowerShellProfiles(machine) : rememberedProfiles(machine, file);
    return { machine, dialect: powershell(machine.platform, profiles) };
  },
} satisfies Record<string, Find>;

export type ShellId = keyof typeof shells;

export async function openShell(
  id: ShellId,
  machine: Machine,
  target: { readonly startupFile: string | undefined; readonly inline: boolean },
): Promise<ShellBackend> {
  const shell = await (shells[id] satisfies Find)(machine, target.startupFile);
  const sharing = [bash, zsh].includes(shell.dialect) ? [bash, zsh] : [shell.dialect];
  return new ShellBackend({ ...shell, sharing, inline: target.inline });
}
