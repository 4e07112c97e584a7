import fc from 'fast-check';
import { type Layout, layouts } from './layouts.ts';

const names = fc.oneof(
  fc.constantFrom('model', 'permissions', 'hooks', 'theme', 'a b', 'caf\u00e9', '//', 'x"y', '{', 'apiKey'),
  fc
    .string({ maxLength: 6 })
    .filter((name) => !/^(__proto__|env|provider|apiKeyHelper|small_model)$/.test(name)),
);
const members = fc.dictionary(names, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });

/** A settings file: what is in it, and how somebody has written it down. */
export interface JsonFile {
  readonly value: Record<string, unknown>;
  readonly text: string;
}

interface Hand extends Layout {
  readonly indent: string;
  readonly comments: boolean;
  readonly trailingCommas: boolean;
  /** A member that is there twice: the last one counts. */
  readonly twice: boolean;
}

const hands = fc.record({
  layout: layouts,
  indent: fc.constantFrom('', '  ', '    ', '\t'),
  comments: fc.boolean(),
  trailingCommas: fc.boolean(),
  twice: fc.constantFrom(false, false, true),
});

/** `rooms`: members that ours are put into. */
export function jsonFiles(rooms: readonly string[], withComments: boolean): fc.Arbitrary<JsonFile> {
  return fc
    .tuple(members, fc.tuple(...rooms.map(() => fc.option(members))), hands)
    .map(([rest, filled, { layout, ...hand }]) => {
      const inRooms = rooms.flatMap((room, index) => (filled[index] ? [[room, filled[index]]] : []));
      const value = JSON.parse(JSON.stringify({ ...rest, ...Object.fromEntries(inRooms) }));
      const comments = withComments && hand.comments;
      const trailingCommas = withComments && hand.trailingCommas;
      return { value, text: written(value, { ...layout, ...hand, comments, trailingCommas }) };
    });
}

function written(value: Record<string, unknown>, hand: Hand): string {
  const again =
    hand.twice && Object.keys(value).length > 0 ? `${JSON.stringify(Object.keys(value)[0])}:0,` : '';
  const text = `${draw(value, hand, '\n')}`.replace('{', () => `{${again}`);
  const ending = { newline: '\n', none: '', 'blank lines': '\n\n' }[hand.end];
  const whole = (hand.comments ? '// settings {\n' : '') + text + ending;
  const bytes = Buffer.from(whole.replaceAll('\n', hand.newline)).toString('latin1');
  return (hand.bom ? '\xef\xbb\xbf' : '') + bytes;
}

/** As JSON.stringify does, with what JSONC allows besides. */
function draw(value: unknown, hand: Hand, line: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = hand.indent === '' ? ' ' : `${line}${hand.indent}`;
  const items = Array.isArray(value)
    ? value.map((item) => draw(item, hand, `${line}${hand.indent}`))
    : Object.entries(value).map(
        ([name, item]) => `${JSON.stringify(name)}: ${draw(item, hand, `${line}${hand.indent}`)}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (items.length === 0) return `${open}${hand.comments ? '/* none */' : ''}${close}`;
  const comma = hand.comments ? ` /* "," } */,${inner}` : `,${inner}`;
  const end = `${hand.trailingCommas ? ',' : ''}${hand.comments && hand.indent !== '' ? ' // last' : ''}`;
  return `${open}${inner}${items.join(comma)}${end}${hand.indent === '' ? ' ' : line}${close}`;
}
