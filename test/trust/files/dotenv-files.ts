import fc from 'fast-check';
import { laidOut, layouts } from './layouts.ts';

const comments = fc.constantFrom(
  '# a note',
  '  # indented, with a \'quote and a "quote',
  '#MEGALLM_API_KEY=old',
  '# MEGALLM_API_KEY=old',
  '# caf\xc3\xa9 \xe2\x80\xae',
  '',
  '   ',
  '\t',
);

const plain = fc.constantFrom(
  '1',
  '',
  'a b',
  'a#b',
  'x=y',
  'C:\\Users\\me',
  'na\xc3\xafve',
  'a, b',
  '$HOME',
  '$\u007bHOME}',
  '*',
  '/a/b:c',
);
const quoted = fc.constantFrom(
  '"a b"',
  "'a $b'",
  '"#no comment"',
  '"it\'s"',
  '\'say "hi"\'',
  '"two\nlines"',
  "'two\nlines\n'",
  '"\nMEGALLM_API_KEY=inside\n"',
  '""',
  "''",
  '"tab\there"',
);
const names = fc.constantFrom(
  'A',
  'B',
  'A',
  'DATABASE_URL',
  'MEGALLM_API_KEY_OLD',
  'XMEGALLM_API_KEY',
  'lower_1',
);

const assignments = fc
  .tuple(
    fc.constantFrom('', '', '', 'export ', '  '),
    names,
    fc.oneof(plain, quoted),
    fc.constantFrom('', '', ' # why', '  '),
  )
  .map((parts) => `${parts[0]}${parts[1]}=${parts[2]}${parts[3]}`);

/** What not every reader takes for the same thing, or at all. */
const oddities = fc.constantFrom(
  'A = spaced',
  'A: yaml',
  'NOTHING',
  '=',
  'B="open',
  "B='open",
  'B=`back ticks`',
  "A=it's",
  '# bytes \xff\xfe',
  'B=\xe9',
  'a.b=1',
  'A-B=1',
  '\f',
);

const ours = fc.constantFrom(
  'MEGALLM_API_KEY=old',
  'export MEGALLM_API_KEY="old" # mine',
  'MEGALLM_API_KEY=',
  "MEGALLM_API_KEY='two\nlines'",
  'MEGALLM_API_KEY = old',
);

/** `.env` files as people have them. */
export const dotenvFiles: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 6, arbitrary: assignments },
        { weight: 3, arbitrary: comments },
        { weight: 1, arbitrary: oddities },
        { weight: 1, arbitrary: ours },
      ),
      { maxLength: 12 },
    ),
    layouts,
  )
  .map(([lines, layout]) => laidOut(lines, layout));
