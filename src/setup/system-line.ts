import { askProgram } from '../system/ask-program.ts';
import { loginShell } from '../system/login-shell.ts';
import type { Machine } from '../system/machine.ts';

const systems: Readonly<Record<string, string>> = { darwin: 'macOS', linux: 'Linux', win32: 'Windows' };

/** The machine in a few words: `Linux · zsh 5.9 · Node 22.23.1`. */
export function describeSystem(machine: Machine): string {
  const { platform } = machine;
  const parts = [systems[platform] ?? platform, describeShell(machine), `Node ${process.versions.node}`];
  return parts.filter(Boolean).join(' · ');
}

function describeShell(machine: Machine): string {
  const shell = loginShell(machine);
  if (shell === undefined) return '';
  const version = /\d+\.\d+(\.\d+)?/.exec(askProgram(shell, ['--version'], machine) ?? '')?.[0];
  return version === undefined ? shell : `${shell} ${version}`;
}
