import type { Draft } from '../draft.ts';
import type { Effects } from '../line-items.ts';
import type { Context, Range } from '../statement.ts';
import { type FishSet, readSetOptions } from './set.ts';
import type { FishWord } from './word.ts';

/** A command with its arguments, and redirections among them. */
export interface FishCommand extends Range {
  readonly words: readonly FishWord[];
  readonly pieces: readonly Range[];
}

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;
const indexed = /^([A-Za-z_][A-Za-z0-9_]*)\[/;
const exportOperand = /^([A-Za-z_][A-Za-z0-9_]*)(?:=|$)/;

/** What a command does to variables that outlive the file's own run; each of `list` can be cut if `removable`. */
export interface FishEffects extends Effects {
  readonly removable: boolean;
}

export function fishEffects(command: FishCommand, context: Context): FishEffects | undefined {
  const [first] = command.words;
  const words = first?.text === 'builtin' ? command.words.slice(1) : command.words;
  switch (words[0]?.text) {
    case 'set':
      return setEffects(command, words, context);
    case 'export':
      return exportEffects(command, words.slice(1), context);
    case 'read':
      return readEffects(command, words, context);
    case '.':
    case 'source':
      return sourceEffects(command, words[1], context);
    default:
      return undefined;
  }
}

function setEffects(
  command: FishCommand,
  words: readonly FishWord[],
  context: Context,
): FishEffects | undefined {
  const set = readSetOptions(words.slice(1));
  if (set === undefined) return undefined;
  if (set.erases) return eraseEffects(command, set.operands, context);
  const [name, ...values] = set.operands;
  const plain = name !== undefined && variable.test(name.text);
  const found = plain ? name.text : indexed.exec(name?.text ?? '')?.[1];
  if (name === undefined || found === undefined) return undefined;
  const known = plain && !set.extends && values.every(({ literal }) => literal);
  const value = known ? values.map(({ text }) => text).join(' ') : undefined;
  const draft = draftOf(command, context, { kind: 'assignment', name: found, value, exported: set.exported });
  return { ...one(command, name, draft), removable: plain };
}

function eraseEffects(command: FishCommand, operands: FishSet['operands'], context: Context): FishEffects {
  const place = (word: Range) => (operands.length === 1 ? command : word);
  const list = operands
    .filter(({ text }) => variable.test(text))
    .map((word) => ({ word, draft: draftOf(place(word), context, { kind: 'unset', name: word.text }) }));
  return { pieces: command.pieces, size: operands.length, list, removable: true };
}

/** fish's `export` knows nothing but operands. */
function exportEffects(command: FishCommand, operands: readonly FishWord[], context: Context): FishEffects {
  const place = (word: Range) => (operands.length === 1 ? command : word);
  const list = operands.flatMap((word) => {
    const found = exportOperand.exec(word.text);
    if (found?.[1] === undefined) return [];
    const assigns = found[0].endsWith('=');
    const value = assigns && word.literal ? word.text.slice(found[0].length) : undefined;
    const kind = assigns ? 'assignment' : 'export';
    return [{ word, draft: draftOf(place(word), context, { kind, name: found[1], value, exported: true }) }];
  });
  return { pieces: command.pieces, size: operands.length, list, removable: true };
}

/** What `read` assigns only running it can tell. */
function readEffects(
  command: FishCommand,
  words: readonly FishWord[],
  context: Context,
): FishEffects | undefined {
  let isLocal = false;
  let exported: boolean | undefined;
  const operands = words.slice(1).filter(({ text }, index, all) => {
    if (/^-(?:-local$|[A-Za-z]*l)/.test(text)) isLocal = true;
    if (/^-(?:-export$|[A-Za-z]*x)/.test(text)) exported = true;
    if (text.startsWith('-')) return false;
    const before = all[index - 1]?.text ?? '';
    return !/^-(?:[A-Za-z]*[pPcRdn]|-(?:prompt|prompt-str|command|right-prompt|delimiter|nchars))$/.test(
      before,
    );
  });
  if (isLocal) return undefined;
  const list = operands
    .filter(({ text }) => variable.test(text))
    .map((word) => ({
      word,
      draft: draftOf(command, context, { kind: 'assignment', name: word.text, exported }),
    }));
  return { pieces: command.pieces, size: list.length, list, removable: false };
}

function sourceEffects(
  command: FishCommand,
  operand: FishWord | undefined,
  context: Context,
): FishEffects | undefined {
  // What a pipe or a command substitution gives is no file.
  if (operand === undefined || operand.text.startsWith('-') || operand.text.startsWith('(')) return undefined;
  const draft = draftOf(command, context, { kind: 'source', name: operand.text });
  return { ...one(command, operand, draft), removable: false };
}

function one(command: FishCommand, word: FishWord, draft: Draft): Effects {
  return { pieces: command.pieces, size: 1, list: [{ word, draft }] };
}

function draftOf(
  { start, end }: Range,
  context: Context,
  { kind, name, value, exported }: Pick<Draft, 'kind' | 'name'> & Partial<Pick<Draft, 'value' | 'exported'>>,
): Draft {
  return { kind, name, value, exported, start, end, context, part: undefined };
}
