import fc from 'fast-check';
import { laidOut, layouts } from './layouts.ts';

const values = fc.constantFrom(
  '1',
  '"text # no comment"',
  "'it is [x]'",
  '"""\n[not.a.table]\nmodel_provider = "x"\n"""',
  "'''\nmodel = 'x'\n'''",
  '[ # one\n  "]", "[",\n]',
  '{ a = "}", b = [1, 2] }',
  '1979-05-27T07:32:00Z',
  'true',
  '"caf\xc3\xa9"',
  '0xff',
  '-1e3',
);

/** Names that are there once each: TOML allows no name twice. */
const pairs = fc
  .uniqueArray(
    fc.constantFrom('model', 'approval_policy', '"a b"', "'q.x'", 'x.y', 'x.z', 'bare-1', 'notify'),
    {
      maxLength: 5,
    },
  )
  .chain((names) => fc.tuple(...names.map((name) => values.map((value) => `${name} = ${value}`))));

const tables = fc
  .uniqueArray(
    fc.constantFrom(
      '[tools]',
      '[mcp_servers.one]',
      '[mcp_servers."two three".env]',
      '  [history]',
      '[profiles.work] # at work',
      '[model_providers.other]',
      '[[list]]',
    ),
    { maxLength: 4 },
  )
  .chain((headers) =>
    fc.tuple(...headers.map((header) => pairs.map((lines) => [header, ...lines].join('\n')))),
  );

const odd = fc.constantFrom(
  '',
  '',
  '',
  '',
  'model_provider = "other"',
  'model_providers = { other = { name = "x" } }',
  'model_providers.other.name = "x"',
  'broken = ',
  'same = 1\nsame = 2',
);

const comments = fc.constantFrom('', '# a note [not.a.table]', '\t# "quote');

/** config.toml as people have it, and some that Codex would not read. */
export const tomlFiles: fc.Arbitrary<{ readonly text: string }> = fc
  .record({ odd, pairs, tables, comment: comments, blank: fc.boolean(), layout: layouts })
  .map((parts) => {
    const gap = parts.blank ? [''] : [];
    const top = [parts.comment, parts.odd, ...(parts.pairs as string[])];
    const lines = [...top, ...gap, ...(parts.tables as string[]), parts.comment].filter(
      (line, index) => line !== '' || (parts.blank && index > 0),
    );
    return { text: laidOut(lines, parts.layout) };
  });
