import { join } from 'node:path';
import type { Secret } from '../../secret.ts';
import type { Machine } from '../../system/machine.ts';
import { readFishScript } from '../backends/scripts/fish/fish-script.ts';
import { readPosixScript } from '../backends/scripts/posix/posix-script.ts';
import { tryParseKey } from '../key.ts';

/** What megallm 3.1.0 put into a startup file: a heading, and the exports below it. Texts are latin1. */
export interface LegacyLines {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Counted from 1. */
  readonly line: number;
  readonly keys: readonly Secret[];
}

interface LegacyStartupFile {
  readonly path: string;
  readonly shell: 'bash' | 'zsh' | 'fish';
}

const section = /^# MegaLLM Configuration\n(?:export [A-Z_]+="[^"\n]*"(?:\n|$))+/gm;
const exportLine = /^export ([A-Z_]+)="([^"\n]*)"$/;
const gateway = 'https://ai.megallm.io';

/** It knew one startup file for each shell, always in the home. */
export function legacyStartupFiles({ home }: Pick<Machine, 'home'>): readonly LegacyStartupFile[] {
  return [
    { shell: 'bash', path: join(home, '.bashrc') },
    { shell: 'zsh', path: join(home, '.zshrc') },
    { shell: 'fish', path: join(home, '.config', 'fish', 'config.fish') },
  ];
}

/** The sections in a file's text, as far as their lines are what 3.1.0 wrote, where the shell runs them as commands. */
export function findLegacyLines(file: LegacyStartupFile, text: string): LegacyLines[] {
  return [...text.matchAll(section)].flatMap((match) => {
    const [heading = '', ...lines] = match[0].split(/(?<=\n)/);
    const firstForeign = lines.findIndex((line) => keyIn(line) === 'foreign');
    const ours = firstForeign < 0 ? lines : lines.slice(0, firstForeign);
    if (ours.length === 0 || !isCode(file, text, match.index + heading.length)) return [];
    const end = match.index + heading.length + ours.join('').length;
    return {
      path: file.path,
      ...withNewlineBefore(text, match.index, end),
      line: text.slice(0, match.index).split('\n').length,
      keys: ours.map(keyIn).filter((key) => typeof key === 'object'),
    };
  });
}

function keyIn(line: string): Secret | 'address' | 'foreign' {
  const [, name, value = ''] = exportLine.exec(line.replace(/\n$/, '')) ?? [];
  if (name === 'ANTHROPIC_BASE_URL') return value === gateway ? 'address' : 'foreign';
  if (name !== 'MEGALLM_API_KEY' && name !== 'ANTHROPIC_API_KEY') return 'foreign';
  const key = tryParseKey(value);
  return key?.reveal() === value ? key : 'foreign';
}

/** The same lines in a here-document, in quotes or in a function are the user's text. */
function isCode({ shell }: LegacyStartupFile, text: string, first: number): boolean {
  const names = new Set(['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY', 'MEGALLM_API_KEY']);
  const { statements } = shell === 'fish' ? readFishScript(text, names) : readPosixScript(text, shell, names);
  return statements.some(
    ({ start, end, context }) => context === 'top-level' && start < first + 'export X'.length && end > first,
  );
}

/** 3.1.0 put a newline before the heading; it stays where it ends a line that something now follows. */
function withNewlineBefore(text: string, start: number, end: number): { start: number; end: number } {
  const ownsNewline =
    text[start - 1] === '\n' && (start === 1 || text[start - 2] === '\n' || end === text.length);
  return { start: ownsNewline ? start - 1 : start, end };
}
