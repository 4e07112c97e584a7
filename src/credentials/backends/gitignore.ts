import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import { appendLine, removeSpan } from '../../changes/text-lines.ts';
import { resolveTarget } from '../../system/files.ts';
import { gitStatus, workingTreeOf } from '../../system/git.ts';
import type { Variables } from '../../system/machine.ts';
import type { Companion, CompanionWarning } from './backend.ts';
import { shellWord } from './quoting.ts';

/** The .gitignore line that a file with a key should have, when Git would take the file up. */
export async function companionFor(
  path: string,
  env: Variables,
): Promise<Companion | CompanionWarning | undefined> {
  const target = resolveTarget(path);
  const workingTree = workingTreeOf(dirname(target));
  if (workingTree === undefined) return undefined;
  if ((await gitStatus(target, workingTree, env)) !== 'untracked') return undefined;
  const gitignore = join(dirname(target), '.gitignore');
  const warning = {
    message: `${path} is not ignored by Git: the key could be committed with it.`,
    hints: [ignoreCommand(target)],
  };
  // Git reads no .gitignore that is a link, and following it would write wherever a hostile repository says.
  if (lstatSync(gitignore, { throwIfNoEntry: false })?.isSymbolicLink()) return { warning };
  return {
    question: `${path} is not ignored by Git. Add it to ${gitignore}?`,
    warning,
    plan: (draft) => {
      const text = draft.read(gitignore)?.toString('latin1') ?? '';
      draft.write(gitignore, Buffer.from(appendLine(text, lineFor(target)), 'latin1'));
      return { ignoredBy: gitignore };
    },
  };
}

/** Plans to take the line out again, where it still stands as it was written. */
export function stopIgnoring(draft: Draft, path: string, gitignore: string, made: readonly string[]): void {
  const text = draft.read(gitignore)?.toString('latin1');
  const at = text === undefined ? undefined : lineOf(text, lineFor(resolveTarget(path)));
  if (text === undefined || at === undefined) return;
  const rest = removeSpan(text, at.start, at.end);
  if (rest === '' && made.includes(gitignore)) draft.remove(gitignore);
  else draft.write(gitignore, Buffer.from(rest, 'latin1'));
}

function lineOf(text: string, line: string): { start: number; end: number } | undefined {
  const start = `\n${text}\n`.lastIndexOf(`\n${line}\n`);
  return start < 0 ? undefined : { start, end: Math.min(text.length, start + line.length + 1) };
}

/** For a person to paste: has Git ignore the file (absolute, its links followed). */
export function ignoreCommand(path: string): string {
  const word = (text: string) => shellWord(text, 'linux');
  return `echo ${word(patternFor(path))} >> ${word(join(dirname(path), '.gitignore'))}`;
}

/** The pattern as it stands in the file, one character for each byte. */
function lineFor(path: string): string {
  return Buffer.from(patternFor(path)).toString('latin1');
}

/** The file's own name, whatever characters it has (gitignore(5)). */
function patternFor(path: string): string {
  return `/${basename(path).replace(/[\\*?[\]! #]/g, '\\$&')}`;
}
