import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Json } from '../changes/plan.ts';
import { removeSpan, replaceSpan } from '../changes/text-lines.ts';
import { asBytes, type InsertedText } from './inserted-text.ts';

/** A member by the names that lead to it from the root: `['env', 'ANTHROPIC_BASE_URL']`. */
export type MemberPath = readonly string[];

export interface Member {
  readonly value: unknown;
  /** Counted from 1. */
  readonly line: number;
}

/** Where a text stops being JSON, counted from 1. */
export interface JsonProblem {
  readonly line: number;
  readonly column: number;
}

/** Why the text is no JSON object; comments and trailing commas pass where `lenient`. An empty text is an empty object. */
export function jsonProblem(text: string, lenient: boolean): JsonProblem | undefined {
  if (text.trim() === '') return undefined;
  const errors: ParseError[] = [];
  const options = { disallowComments: !lenient, allowTrailingComma: lenient };
  const root = tree(text, errors, options);
  if (root === 'too deep') return { line: 1, column: 1 };
  const [first] = errors;
  if (first) return placeOf(text, first.offset);
  return root?.type === 'object' ? undefined : placeOf(text, root?.offset ?? 0);
}

/** The member there; of several with one name the last, as every reader takes it. */
export function memberAt(text: string, path: MemberPath): Member | undefined {
  const property = propertyAt(parse(text), path);
  const value = property?.children?.[1];
  if (property === undefined || value === undefined) return undefined;
  return { value: read(value, text), line: placeOf(text, property.offset).line };
}

/** Adds a member, and the objects on the way to it that are missing, in the way the text is laid out. */
export function insertMember(target: InsertedText, path: MemberPath, value: Json): void {
  const { text } = target;
  const root = parse(text);
  const layout = layoutOf(text, root);
  if (root === undefined) {
    target.insert(0, `${draw(nested(path, value), layout, '')}${layout.newline}`);
    return;
  }
  const known = deepest(root, path);
  const name = path[known.depth];
  if (name === undefined) throw new Error(`${path.join('.')} is there already.`);
  insertInto(target, known.object, name, nested(path.slice(known.depth + 1), value), layout);
}

/** Takes the member out, and the objects around it that this leaves empty; everything else stays, comments too. */
export function removeMember(text: string, path: MemberPath): string {
  const property = propertyAt(parse(text), path);
  if (property === undefined) return text;
  const rest = withoutProperty(text, property);
  const parent = path.slice(0, -1);
  const around = parent.length > 0 ? propertyAt(parse(rest), parent) : undefined;
  const object = around?.children?.[1];
  const isEmpty = object !== undefined && /^\{\s*\}$/.test(rest.slice(object.offset, endOf(object)));
  return isEmpty ? removeMember(rest, parent) : rest;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Layout {
  readonly newline: string;
  /** One step of indentation. */
  readonly step: string;
}

/** No tool's settings are thousands of levels deep. */
function tree(...how: Parameters<typeof parseTree>): Node | undefined | 'too deep' {
  try {
    return parseTree(...how);
  } catch (error) {
    if (error instanceof RangeError) return 'too deep';
    throw error;
  }
}

function parse(text: string): Node | undefined {
  return parseTree(text, [], { allowTrailingComma: true });
}

function propertyAt(root: Node | undefined, path: MemberPath): Node | undefined {
  let object = root;
  let property: Node | undefined;
  for (const name of path) {
    property = object?.children?.findLast(
      (child) => child.type === 'property' && child.children?.[0]?.value === name,
    );
    object = property?.children?.[1];
  }
  return property;
}

function deepest(root: Node, path: MemberPath): { object: Node; depth: number } {
  let object = root;
  for (let depth = 0; depth < path.length; depth += 1) {
    const next = propertyAt(object, path.slice(depth, depth + 1))?.children?.[1];
    if (next?.type !== 'object') return { object, depth };
    object = next;
  }
  return { object, depth: path.length };
}

function nested(path: MemberPath, value: Json): Json {
  return path.reduceRight<Json>((inner, name) => ({ [name]: inner }), value);
}

function layoutOf(text: string, root: Node | undefined): Layout {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const first = root?.children?.[0];
  const step = first && indentAt(text, first.offset);
  return { newline, step: step || '  ' };
}

function insertInto(target: InsertedText, object: Node, name: string, value: Json, layout: Layout): void {
  const { text } = target;
  const last = object.children?.at(-1);
  if (last === undefined) return insertAlone(target, object, name, value, layout);
  const indent = indentAt(text, last.offset);
  const comma = nextToken(text, endOf(last));
  const hasComma = text[comma] === ',';
  const after = hasComma ? comma + 1 : endOf(last);
  // Who ends a list with a comma goes on doing so.
  const [separator, ending] = hasComma ? ['', ','] : [',', ''];
  if (indent === undefined) {
    const space = /[:,] /.test(text.slice(object.offset, endOf(object))) ? ' ' : '';
    const drawn = `${JSON.stringify(name)}:${space}${draw(value, undefined, '', space)}`;
    target.insert(after, `${separator}${space}${drawn}${ending}`);
    return;
  }
  const drawn = `${JSON.stringify(name)}: ${draw(value, layout, indent)}`;
  target.insert(after, separator);
  target.insert(
    endOfLineComment(text, after) + separator.length,
    `${layout.newline}${indent}${drawn}${ending}`,
  );
}

/** Into an object without members; comments may stand in it. */
function insertAlone(target: InsertedText, object: Node, name: string, value: Json, layout: Layout): void {
  const { text } = target;
  const inside = text.slice(object.offset + 1, endOf(object) - 1);
  const around = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', object.offset - 1) + 1))?.[0] ?? '';
  const indent = `${around}${layout.step}`;
  const line = `${layout.newline}${indent}${JSON.stringify(name)}: ${draw(value, layout, indent)}`;
  target.insert(object.offset + 1, /\n/.test(inside) ? line : `${line}${layout.newline}${around}`);
}

/** JSON in the given layout; without one on a single line. */
function draw(value: Json, layout: Layout | undefined, indent: string, space = ' '): string {
  if (layout === undefined) return asBytes(onOneLine(value, space));
  const lines = JSON.stringify(value, null, layout.step).split('\n');
  return asBytes(lines.join(`${layout.newline}${indent}`));
}

function onOneLine(value: Json, space: string): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, inner]) => `${JSON.stringify(name)}:${space}${onOneLine(inner ?? null, space)}`,
  );
  return `{${members.join(`,${space}`)}}`;
}

/** What stands before it on its line, when that is blank. */
function indentAt(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*$/.test(before) && text.lastIndexOf('\n', offset - 1) >= 0 ? before : undefined;
}

/** Where a comment that belongs to the line ends; without one `from`. */
function endOfLineComment(text: string, from: number): number {
  const comment = /^[ \t]*(\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/(?=[ \t]*\r?\n))/.exec(text.slice(from));
  return from + (comment?.[0].length ?? 0);
}

function withoutProperty(text: string, property: Node): string {
  const comma = nextToken(text, endOf(property));
  const hasComma = text[comma] === ',';
  const end = hasComma ? comma + 1 : endOf(property);
  const indent = indentAt(text, property.offset);
  const restOfLine = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end))?.[0];
  const blank = (pattern: RegExp, where: string) => pattern.exec(where)?.[0].length ?? 0;
  let rest: string;
  if (indent !== undefined && restOfLine !== undefined)
    rest = removeSpan(text, property.offset - indent.length, end + restOfLine.length);
  else if (hasComma) rest = replaceSpan(text, property.offset, end + blank(/^[ \t]*/, text.slice(end)), '');
  else rest = replaceSpan(text, property.offset - blank(/[ \t]*$/, text.slice(0, property.offset)), end, '');
  const siblings = property.parent?.children ?? [];
  const previous = siblings[siblings.indexOf(property) - 1];
  if (hasComma || previous === undefined) return rest;
  // The comma before it has nothing to separate any more.
  const separator = nextToken(text, endOf(previous));
  return replaceSpan(rest, separator, separator + 1, '');
}

/** Where the next token begins, behind blanks and comments. */
function nextToken(text: string, from: number): number {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  scanner.scan();
  return scanner.getTokenOffset();
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** Read from the bytes again: the text holds one character for each. */
function read(node: Node, text: string): unknown {
  if (node.type === 'object') {
    const members = (node.children ?? []).map(({ children: [name, value] = [] }) => [
      name?.value,
      value && read(value, text),
    ]);
    return Object.fromEntries(members);
  }
  if (node.type === 'array') return (node.children ?? []).map((child) => read(child, text));
  return typeof node.value === 'string' ? Buffer.from(node.value, 'latin1').toString('utf8') : node.value;
}

function placeOf(text: string, offset: number): JsonProblem {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
