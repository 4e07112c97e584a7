import type { Machine } from '../../system/machine.ts';
import type { ShellKind } from '../../system/new-shell.ts';
import { quoteForPosixShell } from './quoting.ts';
import { readShellScript, type ShellScript } from './shell-script/shell-script.ts';
import { bashFiles, type Read, type StartupFiles, zshFiles } from './startup-files.ts';

export type ShellId = 'bash' | 'zsh';

/** All in which one shell differs from the next. */
export interface ShellDialect {
  readonly id: ShellId;
  /** The file in `~/.megallm` that has the variables. */
  readonly environmentFile: string;
  startupFiles(machine: Machine, read: Read): StartupFiles;
  /** Texts have one character for each byte. */
  read(text: string, names?: ReadonlySet<string>): ShellScript;
  /** A line that exports a variable, without its ending. */
  exportLine(name: string, value: string): string;
  /** The line that reads the environment file, if it is there. */
  readonly readingLine: string;
  /** A byte-order mark is read over, not as a part of the first word. */
  readonly knowsBom: boolean;
  /** A carriage return at the end of a line is read over. */
  readonly knowsCrLf: boolean;
  /** The kinds of new shell that decide whether it works. */
  readonly provenBy: readonly ShellKind[];
  /** What a person types to get the variables now. */
  readonly restart: string;
}

const posix = {
  environmentFile: 'env.sh',
  exportLine: (name: string, value: string) => `export ${name}=${quoteForPosixShell(value)}`,
  readingLine: 'if [ -r "$HOME/.megallm/env.sh" ]; then . "$HOME/.megallm/env.sh"; fi',
  knowsBom: false,
  knowsCrLf: false,
} as const;

export const shellDialects: Readonly<Record<ShellId, ShellDialect>> = {
  bash: {
    ...posix,
    id: 'bash',
    startupFiles: (machine, read) => bashFiles(machine.home, read),
    read: (text, names) => readShellScript(text, 'bash', names),
    provenBy: ['login', 'interactive'],
    restart: 'exec bash',
  },
  zsh: {
    ...posix,
    id: 'zsh',
    startupFiles: zshFiles,
    read: (text, names) => readShellScript(text, 'zsh', names),
    provenBy: ['interactive'],
    restart: 'exec zsh',
  },
};
