import { bom } from '../../../../changes/text-lines.ts';
import type { Draft } from '../draft.ts';
import { type Effects, type LineItem, setPartsOnLine } from '../line-items.ts';
import type { Context, Range } from '../statement.ts';
import { type StatementEffects, statementEffects } from './statements.ts';
import { type Group, PowerShellTokens, type StatementToken, type Token } from './tokens.ts';

/** What is open: the file, or something between brackets. */
interface Frame {
  readonly opening: string;
  readonly at: number;
  readonly context: Context;
  tokens: StatementToken[];
  /** The first word of the statement before: a `{` on a line of its own still belongs to that. */
  head: string | undefined;
}

interface Item extends LineItem {
  effects: Effects | undefined;
}

/** Statements whose blocks run later, if ever, when somebody calls them. */
const definitions: ReadonlySet<string> = new Set([
  'function',
  'filter',
  'workflow',
  'class',
  'configuration',
]);

/** Reads the statements of a file one after the other; a list of what is open stands in for recursion. */
export class PowerShellBlocks {
  readonly drafts: Draft[] = [];
  unclosedAt: number | undefined;
  readonly #text: string;
  readonly #tokens: PowerShellTokens;
  readonly #names: ReadonlySet<string> | undefined;
  readonly #frames: Frame[] = [];
  #frame: Frame = { opening: '', at: 0, context: 'top-level', tokens: [], head: undefined };
  #items: Item[] = [];
  #previous: Item | undefined;
  #lineStart: number;

  /** `names`: the variables that count, in capitals; all by default. */
  constructor(text: string, names: ReadonlySet<string> | undefined) {
    this.#text = text;
    this.#lineStart = text.startsWith(bom) ? bom.length : 0;
    this.#tokens = new PowerShellTokens(text, this.#lineStart);
    this.#names = names;
  }

  read(): void {
    let token: Token | undefined;
    do {
      token = this.#tokens.next(token);
      this.#take(token);
    } while (token.kind !== 'end');
    this.unclosedAt ??= this.#tokens.unclosedAt;
    if (this.#frames.length > 0) this.unclosedAt ??= this.#frame.at;
  }

  #take(token: Token): void {
    if (token.kind === 'open') this.#open(token.text, token.start);
    else if (token.kind === 'close') this.#close(token.text, token);
    else if (token.kind === 'newline' || token.kind === 'end') this.#endLine(token);
    else if (token.kind === 'sign' && token.text === ';')
      this.#endStatement({ sign: ';', ...placeOf(token) });
    else this.#add(token);
  }

  #add(token: StatementToken): void {
    const frame = this.#frame;
    if (frame.tokens.length === 0) {
      frame.head = token.kind === 'word' ? token.text.toLowerCase() : undefined;
      if (drawsInBefore(token)) this.#keepPrevious();
    }
    frame.tokens.push(token);
  }

  /** The statement before goes on here, on a line of its own. */
  #keepPrevious(): void {
    if (this.#frames.length > 0 || this.#previous === undefined) return;
    for (const { draft } of this.#previous.effects?.list ?? []) draft.part = undefined;
    this.#previous.effects = undefined;
  }

  #open(opening: string, at: number): void {
    const { context, tokens } = this.#frame;
    if (tokens.length === 0 && opening !== '{') this.#frame.head = undefined;
    const own = opening === '{' && this.#definesAhead() ? 'function' : 'conditional';
    const inner = context === 'function' ? context : own;
    this.#frames.push(this.#frame);
    this.#frame = { opening, at, context: inner, tokens: [], head: undefined };
  }

  /** Whether the block that begins here is kept for later: a function's, or one that is assigned. */
  #definesAhead(): boolean {
    const { head, tokens } = this.#frame;
    const last = tokens.at(-1);
    return definitions.has(head ?? '') || (last?.kind === 'sign' && last.text === '=');
  }

  #close(closing: string, { start, end }: Range): void {
    const fits = ({ opening }: Frame) => opening !== '' && (closing === '}') === opening.endsWith('{');
    if (this.#frames.length === 0) return;
    // PowerShell reads no file whose brackets do not match; what follows is still looked at.
    if (!fits(this.#frame)) this.unclosedAt ??= start;
    this.#endStatement(undefined);
    const { at, tokens } = this.#frame;
    const outer = this.#frames.pop();
    if (outer === undefined) return;
    const group: Group = { kind: 'group', start: at, end, tokens };
    this.#frame = outer;
    if (outer.tokens.length === 0 && outer.head === undefined) outer.head = '';
    outer.tokens.push(group);
  }

  #endLine(token: Token): void {
    const { opening, tokens } = this.#frame;
    const last = tokens.at(-1);
    // What follows an operator is on the next line, and within parentheses lines mean nothing.
    const goesOn = opening === '(' || (last?.kind === 'sign' && last.text !== '&');
    if (token.kind === 'newline' && goesOn) return;
    this.#endStatement(undefined);
    if (this.#frames.length > 0) return;
    setPartsOnLine(this.#wholeLine(token), this.#items);
    this.#items = [];
    this.#lineStart = token.end;
  }

  /** `undefined` where a comment of several lines begins or ends on it, which is not its own. */
  #wholeLine(newline: Token): Range | undefined {
    const [first, last] = [this.#items[0], this.#items.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const before = this.#text.slice(this.#lineStart, first.start);
    const after = this.#text.slice(last.separator?.end ?? last.end, newline.start);
    const comments = [before, after].some((gap) => gap.includes('<#') && gap.includes('\n'));
    return comments ? undefined : { start: this.#lineStart, end: newline.end };
  }

  #endStatement(separator: LineItem['separator']): void {
    const { opening, context, tokens } = this.#frame;
    const [first, last] = [tokens[0], tokens.at(-1)];
    // A table's lines are names and values, and a group keeps its tokens for who reads the statement around it.
    const effects = opening === '@{' ? undefined : statementEffects(tokens, context);
    if (opening !== '(' || separator) this.#frame.tokens = [];
    for (const draft of effects?.drafts ?? []) {
      if (draft.kind === 'source' || (this.#names?.has(draft.name) ?? true)) this.drafts.push(draft);
    }
    if (this.#frames.length > 0 || first === undefined || last === undefined) return;
    const place = { start: first.start, end: last.end };
    this.#previous = { ...place, separator, effects: cuttable(effects, place) };
    this.#items.push(this.#previous);
  }
}

function cuttable(effects: StatementEffects | undefined, place: Range): Effects | undefined {
  const [draft] = effects?.drafts ?? [];
  if (!effects?.removable || draft === undefined) return undefined;
  return { pieces: [place], size: 1, list: [{ draft, word: place }] };
}

/** A line that begins so continues the one before. */
function drawsInBefore(token: StatementToken): boolean {
  if (token.kind === 'sign') return /^(?:\|\|?|&&)$/.test(token.text);
  return token.kind === 'word' && /^(?:\?\.|\.[A-Za-z_]|::)/.test(token.text);
}

function placeOf({ start, end }: Range): Range {
  return { start, end };
}
