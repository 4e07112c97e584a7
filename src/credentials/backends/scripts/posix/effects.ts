import type { Draft } from '../draft.ts';
import type { Context, Range } from '../statement.ts';
import type { Word } from './characters.ts';
import { type Declaration, declarationOf } from './declaration.ts';
import type { SimpleCommand } from './simple-command.ts';
import type { Dialect } from './source.ts';

/** One thing that a command does, and the word that says it. */
interface Effect {
  readonly draft: Draft;
  readonly word: Range;
  readonly removable: boolean;
}

/** What a simple command does to variables. */
export interface Effects {
  readonly command: SimpleCommand;
  readonly list: readonly Effect[];
  /** How many words it has that could be cut one by one; the command goes when all of them go. */
  readonly size: number;
  readonly removable: boolean;
  /** Whether it can be relied on to succeed. */
  readonly certain: boolean;
}

export interface Scene {
  readonly dialect: Dialect;
  readonly context: Context;
  /** Whether a declaration is local to a function here. */
  readonly inFunction: boolean;
}

const variable = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?(?:(\+?=)|$)/;

export function effectsOf(command: SimpleCommand, scene: Scene): Effects | undefined {
  const [first] = command.words;
  if (first === undefined) return assignmentEffects(command, command.assignments, undefined, scene);
  const words = withoutModifiers(command.words, scene.dialect);
  const name = words[0]?.text ?? '';
  if (name === '.' || name === 'source') return sourceEffects(command, words, scene);
  if (name === 'unset') return unsetEffects(command, words, scene);
  if (name === 'set' || name === 'setopt' || name === 'unsetopt') return optionEffects(command, words, scene);
  if (name === 'read' || name === 'printf') return readEffects(command, words, scene);
  const declaration = declarationOf(words, scene);
  return declaration && assignmentEffects(command, declaration.operands, declaration, scene);
}

/** `builtin`, `command` and zsh's other words that say how the command after them is to be run. */
function withoutModifiers(words: readonly Word[], dialect: Dialect): readonly Word[] {
  const modifiers = dialect === 'bash' ? ['builtin', 'command'] : ['builtin', 'noglob', 'nocorrect', '-'];
  const first = words.findIndex(({ text }) => !modifiers.includes(text));
  return first > 0 ? words.slice(first) : words;
}

function assignmentEffects(
  command: SimpleCommand,
  written: readonly Word[],
  declaration: Declaration | undefined,
  scene: Scene,
): Effects {
  // The CR of a CRLF line ending that stands alone is nothing that anybody meant.
  const operands = written.at(-1)?.text === '\r' ? written.slice(0, -1) : written;
  const list = operands.flatMap((word): Effect[] => {
    const draft = assignmentDraft(word, declaration, scene);
    if (draft === undefined) return [];
    const place = operands.length === 1 ? command : word;
    return [
      {
        draft: { ...draft, start: place.start, end: place.end },
        word,
        removable: !word.array && !word.subscript,
      },
    ];
  });
  const known = list.filter(({ draft }) => draft.kind !== 'assignment' || draft.value !== undefined);
  const certain = command.harmless && known.length === operands.length && operands.length > 0;
  return { command, list, size: operands.length, removable: command.harmless, certain };
}

function assignmentDraft(
  word: Word,
  declaration: Declaration | undefined,
  scene: Scene,
): Omit<Draft, 'start' | 'end'> | undefined {
  const found = variable.exec(word.text);
  const name = found?.[1];
  if (found === null || name === undefined) return undefined;
  const context = declaration?.isLocal ? 'function' : scene.context;
  const exported = declaration?.exported;
  const shared = { name, context, part: undefined };
  const sign = found[2];
  if (sign === undefined) {
    if (word.array || exported === undefined) return undefined;
    return { ...shared, kind: exported ? 'export' : 'unset', value: undefined, exported };
  }
  const expandsBraces = word.braces && declaration !== undefined && scene.dialect === 'bash';
  const plain = word.literal && !word.tilde && !word.array && !word.subscript && !expandsBraces;
  const known = plain && sign === '=' && !declaration?.changesValue;
  return {
    ...shared,
    kind: 'assignment',
    value: known ? word.text.slice(found[0].length) : undefined,
    exported,
  };
}

function unsetEffects(command: SimpleCommand, words: readonly Word[], scene: Scene): Effects | undefined {
  const operands = words.slice(1).filter(({ text }) => text !== '\r' && text !== '-v' && text !== '--');
  if (operands.some(({ text }) => text.startsWith('-'))) return undefined;
  const list = operands.flatMap((word): Effect[] => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(word.text)) return [];
    const { start, end } = operands.length === 1 ? command : word;
    return [
      { draft: { ...nothing(scene), kind: 'unset', name: word.text, start, end }, word, removable: true },
    ];
  });
  const certain = command.harmless && list.length === operands.length;
  return { command, list, size: operands.length, removable: command.harmless, certain };
}

function sourceEffects(command: SimpleCommand, words: readonly Word[], scene: Scene): Effects | undefined {
  const operand = words[1]?.text === '--' ? words[2] : words[1];
  // What a process substitution gives is no file.
  if (operand === undefined || /^[<>=]\(/.test(operand.text)) return undefined;
  const { start, end } = command;
  return fixed(command, operand, { ...nothing(scene), kind: 'source', name: operand.text, start, end });
}

/** `set -a`, by which everything that is assigned is exported. */
function optionEffects(command: SimpleCommand, words: readonly Word[], scene: Scene): Effects | undefined {
  const [name, ...operands] = words.map(({ text }) => text);
  const isAll = (text: string | undefined) => text?.toLowerCase().replaceAll('_', '') === 'allexport';
  let on: boolean | undefined;
  for (const [index, text] of operands.entries()) {
    if (name !== 'set') on = isAll(text) ? name === 'setopt' : on;
    else if (/^[-+][A-Za-z]*a/.test(text) || (/^[-+][A-Za-z]*o$/.test(text) && isAll(operands[index + 1]))) {
      on = text.startsWith('-');
    }
  }
  if (on === undefined) return undefined;
  const { start, end } = command;
  return fixed(command, command, {
    ...nothing(scene),
    kind: 'export-all',
    name: '',
    exported: on,
    start,
    end,
  });
}

/** `read NAME` and `printf -v NAME …`: what they assign only running them can tell. */
function readEffects(command: SimpleCommand, words: readonly Word[], scene: Scene): Effects | undefined {
  const isRead = words[0]?.text === 'read';
  if (!isRead && words[1]?.text !== '-v') return undefined;
  const takesValue = scene.dialect === 'bash' ? /^-[A-Za-z]*[adinNptu]$/ : /^-[A-Za-z]*[du]$/;
  const operands = words.slice(isRead ? 1 : 2, isRead ? undefined : 3).filter((word, index, all) => {
    return !word.text.startsWith('-') && !(isRead && takesValue.test(all[index - 1]?.text ?? ''));
  });
  const list = operands.flatMap((word): Effect[] => {
    const name = /^[A-Za-z_][A-Za-z0-9_]*(?=\?|$)/.exec(word.text)?.[0];
    if (name === undefined) return [];
    const { start, end } = command;
    return [{ draft: { ...nothing(scene), kind: 'assignment', name, start, end }, word, removable: false }];
  });
  return { command, list, size: list.length, removable: false, certain: false };
}

function fixed(command: SimpleCommand, word: Range, draft: Draft): Effects {
  return { command, list: [{ draft, word, removable: false }], size: 1, removable: false, certain: false };
}

function nothing({ context }: Scene): Pick<Draft, 'value' | 'exported' | 'part' | 'context'> {
  return { value: undefined, exported: undefined, part: undefined, context };
}
