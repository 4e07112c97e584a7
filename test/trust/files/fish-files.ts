import fc from 'fast-check';
import { laidOut, layouts } from './layouts.ts';

/** What people write into a file of fish's; what it does can be seen in variables and functions. */
const pieces = fc.constantFrom(
  '# a note with a \'quote and a "quote',
  '',
  'set -g A 1',
  'set -gx A two words "and three"',
  "set -gx B 'it is $HOME'",
  'set -gx A "two\nlines"',
  "set -g B '\nset -gx MEGALLM_API_KEY inside\n'",
  "set -g B '\n# >>> megallm >>>\n# <<< megallm <<<\n'",
  'set -g C (echo "set -gx MEGALLM_API_KEY no")',
  '# set -gx MEGALLM_API_KEY old',
  'function f\n  set -gx MEGALLM_API_KEY function\nend',
  'if set -q A\n  set -g B set\nelse\n  set -g B unset\nend',
  'for each in 1 2; set -ga C $each; end',
  'switch $A\n  case 1; set -g C one\nend',
  'begin; set -l MEGALLM_API_KEY local; end',
  'set -gx A \\\n  continued',
  'set -g A caf\xc3\xa9 \\x41',
  'set -gx MEGALLM_API_KEY_OLD 1; set -gx XMEGALLM_API_KEY 2',
  'MEGALLM_API_KEY=prefix true',
  'echo set MEGALLM_API_KEY argument >/dev/null',
  'status is-interactive; and set -g B interactive',
);
const ours = fc.constantFrom(
  'set -gx MEGALLM_API_KEY old',
  'true; set -gx MEGALLM_API_KEY "old"; set -g A after',
  'set -gx \\\n  MEGALLM_API_KEY old',
  'export MEGALLM_API_KEY=old',
);

export const fishFiles: fc.Arbitrary<string> = fc
  .record({
    lines: fc.array(fc.oneof({ weight: 12, arbitrary: pieces }, { weight: 1, arbitrary: ours }), {
      maxLength: 8,
    }),
    layout: layouts,
  })
  .map(({ lines, layout }) => laidOut(lines, layout));
