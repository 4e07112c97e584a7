import type { Draft } from '../draft.ts';
import type { Context, Range } from '../statement.ts';
import { itemCommandOf } from './items.ts';
import type { Group, StatementToken } from './tokens.ts';

/** What a statement does to the environment. */
export interface StatementEffects {
  readonly drafts: readonly Draft[];
  /** Whether it does nothing else, and surely ends where it seems to. */
  readonly removable: boolean;
}

/** One of several that `|`, `||` and `&&` join. */
interface Element extends Range {
  readonly tokens: readonly StatementToken[];
  /** Whether it is all of its statement. */
  readonly isWhole: boolean;
  readonly context: Context;
}

interface Found {
  readonly draft: Draft;
  readonly removable: boolean;
}

const setter = /(?:^|\])\[(?:System\.)?Environment\]::SetEnvironmentVariable$/i;
const assignment = /^(?:\?\?|[-+*/%])?=$/;

export function statementEffects(tokens: readonly StatementToken[], context: Context): StatementEffects {
  const found = elementsOf(tokens, context).flatMap(effectsOfElement);
  return {
    drafts: found.map(({ draft }) => draft),
    removable: found.length === 1 && found[0]?.removable === true,
  };
}

function elementsOf(tokens: readonly StatementToken[], context: Context): readonly Element[] {
  const last = tokens.at(-1);
  const isBackground = last?.kind === 'sign' && last.text === '&';
  const own = isBackground && context !== 'function' ? 'subshell' : context;
  const parts: StatementToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'sign' && /^(?:\|\|?|&&)$/.test(token.text)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.flatMap((part, index): Element[] => {
    const [first, end] = [part[0], part.at(-1)];
    if (first === undefined || end === undefined) return [];
    const inner = index > 0 && own === 'top-level' ? 'conditional' : own;
    return [{ start: first.start, end: end.end, tokens: part, isWhole: parts.length === 1, context: inner }];
  });
}

function effectsOfElement(element: Element): readonly Found[] {
  const [first] = element.tokens;
  if (first?.kind === 'word' && first.text === '.') return sourceEffects(element);
  const isCall = first?.kind === 'sign' && first.text === '&';
  const command = itemCommandOf(isCall ? element.tokens.slice(1) : element.tokens);
  if (command === undefined) return element.tokens.flatMap((_, index) => assignmentAt(element, index) ?? []);
  const removable = element.isWhole && command.names.length === 1;
  return command.names.map((name) => ({
    draft: draftOf(command.kind, name, command.value, element, element.context),
    removable,
  }));
}

/** A dot and its operand, which may be of several pieces. */
function sourceEffects(element: Element): readonly Found[] {
  let path = '';
  let end = element.tokens[1]?.start;
  for (const token of element.tokens.slice(1)) {
    if (token.start !== end || token.kind === 'group' || token.kind === 'sign') break;
    if (token.kind === 'variable') path += `$${token.isEnvironment ? 'env:' : ''}${token.name}`;
    else path += token.text;
    end = token.end;
  }
  if (path === '') return [];
  return [{ draft: draftOf('source', path, undefined, element, element.context), removable: false }];
}

/** What is assigned at one token of a statement. At the first it is all that the statement does. */
function assignmentAt(element: Element, index: number): Found | undefined {
  const [token, next] = [element.tokens[index], element.tokens[index + 1]];
  if (token === undefined || next === undefined) return undefined;
  const isFirst = index === 0;
  const place = isFirst ? element : { start: token.start, end: next.end };
  if (
    token.kind === 'variable' &&
    token.isEnvironment &&
    next.kind === 'sign' &&
    assignment.test(next.text)
  ) {
    const values = isFirst ? element.tokens.slice(2) : [];
    const isMaybe = next.text === '??=' && element.context === 'top-level';
    const known = next.text === '=' && element.isWhole ? meaningOf(values) : unknown;
    const context = isMaybe ? 'conditional' : element.context;
    const draft = draftOf(known.kind, token.name, known.value, place, context);
    return { draft, removable: isFirst && element.isWhole && endsSurely(values) };
  }
  if (token.kind !== 'word' || !setter.test(token.text) || next.kind !== 'group') return undefined;
  const draft = setterDraft(next, place, element.context);
  return draft && { draft, removable: isFirst && element.isWhole && element.tokens.length === 2 };
}

/** `("NAME", "value")`, with where it goes as a third perhaps: this process, or all later ones of the user. */
function setterDraft(group: Group, place: Range, context: Context): Draft | undefined {
  const [name, , ...rest] = group.tokens;
  if (name?.kind !== 'string' || !name.literal) return undefined;
  const comma = rest.findIndex((token) => token.kind === 'sign' && token.text === ',');
  const { kind, value } = meaningOf(comma === -1 ? rest : rest.slice(0, comma));
  return draftOf(value === '' ? 'unset' : kind, name.text, value, place, context);
}

interface Meaning {
  readonly kind: 'assignment' | 'unset';
  readonly value: string | undefined;
}

const unknown: Meaning = { kind: 'assignment', value: undefined };

/** What is assigned; to assign nothing takes the variable away. */
function meaningOf([first, second]: readonly StatementToken[]): Meaning {
  if (first === undefined || second !== undefined) return unknown;
  if (first.kind === 'variable') {
    const isNothing = !first.isEnvironment && first.name.toLowerCase() === 'null';
    return isNothing ? { kind: 'unset', value: undefined } : unknown;
  }
  const isKnown = first.kind === 'string' ? first.literal : first.kind === 'word' && /^\d+$/.test(first.text);
  return isKnown && first.kind !== 'group' ? { kind: 'assignment', value: first.text } : unknown;
}

/** Whether no operator at its end draws the next line in, and nothing in it assigns something else. */
function endsSurely(values: readonly StatementToken[]): boolean {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined || last.kind === 'sign') return false;
  if (values.some(isAssigning)) return false;
  const isCommand = first.kind === 'word' && /^[A-Za-z_]/.test(first.text);
  return last.kind !== 'word' || isCommand || /^[A-Za-z0-9_.[\]:]*[A-Za-z0-9_\]]$/.test(last.text);
}

function isAssigning(token: StatementToken): boolean {
  return token.kind === 'sign' && (assignment.test(token.text) || token.text === '&');
}

function draftOf(
  kind: Draft['kind'],
  name: string,
  value: string | undefined,
  { start, end }: Range,
  context: Context,
): Draft {
  const written = kind === 'source' ? name : name.toUpperCase();
  return { kind, name: written, value, exported: true, start, end, context, part: undefined };
}
