import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFishScript } from '../../../../../src/credentials/backends/scripts/fish/fish-script.ts';
import { joinRemovals } from '../../../../../src/credentials/backends/scripts/removal.ts';
import type { Assignment, Unset } from '../../../../../src/credentials/backends/scripts/statement.ts';
import { runProgram } from '../../../../support/program.ts';
import { describeWith, requirements } from '../../../../support/requirements.ts';
import { createHome } from '../../../../support/temporary-home.ts';

const names = new Set(['NAME']);

/** What the file does to NAME outside of functions. */
function changesIn(text: string): (Assignment | Unset)[] {
  return readFishScript(text, names).statements.filter(
    (one) => one.kind !== 'source' && one.context !== 'function',
  ) as (Assignment | Unset)[];
}

function shown(change: Assignment | Unset): string {
  const value = change.kind === 'unset' ? '-' : (change.value ?? '?');
  return `${change.context}:${change.line}:${value}`;
}

function without(text: string, changes: readonly (Assignment | Unset)[]): string {
  return joinRemovals(changes.flatMap(({ removal }) => removal ?? []))
    .toReversed()
    .reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

describe('readFishScript finds', () => {
  it.each<[string, string, readonly string[]]>([
    ['a global', 'set -gx NAME v\n', ['top-level:1:v']],
    ['long options, cut short', 'set --glob --exp NAME v\n', ['top-level:1:v']],
    ['a list', 'set -gx NAME a b "c d"\n', ['top-level:1:a b c d']],
    ['export', 'export A=1 NAME="a b"\n', ['top-level:1:a b']],
    ['one among several commands', 'a; set NAME v; b\n', ['top-level:1:v']],
    ['one behind a continued line', 'set -gx \\\n  NAME v\n', ['top-level:1:v']],
    ['quotes of each kind', `set NAME a'b\\'c'"d\\"e"\\x66\n`, ['top-level:1:ab\'cd"ef']],
    ['a value that only fish knows', 'set -gx NAME (pass megallm)\n', ['top-level:1:?']],
    ['one in an if', 'if true\n  set -gx NAME v\nend\n', ['conditional:2:v']],
    ['one behind a comment with a quote', "# don't\nset NAME v\n", ['top-level:2:v']],
    ['one that is taken away', 'set -e NAME\n', ['top-level:1:-']],
    ['one behind CRLF', 'true\r\nset -gx NAME v\r\n', ['top-level:2:v']],
    ['one behind a BOM', '\xef\xbb\xbfset -gx NAME v\n', ['top-level:1:v']],
    ['one behind a function', 'function f\n  if x; end\nend\nset NAME v\n', ['top-level:4:v']],
    ['what read assigns', 'echo x | read -g NAME\n', ['conditional:1:?']],
  ])('%s', (_, text, found) => {
    expect(changesIn(text).map(shown)).toEqual(found);
  });

  it.each([
    ['a comment', '# set NAME v\n'],
    ['a string of several lines', "echo '\nset NAME v\n'\n"],
    ['a function', 'function f\n  set -gx NAME v\nend\n'],
    ['a local variable', 'set -l NAME v\n'],
    ['a universal one, which a global one hides', 'set -Ux NAME v\n'],
    ['a question', 'set -q NAME; set -S NAME\n'],
    ['a command’s own environment', 'NAME=v make\n'],
    ['an argument', 'echo set NAME v\n'],
    ['another name', 'set XNAME v; set NAMES v\n'],
  ])('nothing in %s', (_, text) => {
    expect(changesIn(text)).toEqual([]);
  });

  it('the files that are read in', () => {
    const { statements } = readFishScript('source ~/x.fish; and . "$HOME/y"\n# source no\n');
    expect(statements.flatMap((one) => (one.kind === 'source' ? one.path : []))).toEqual([
      '~/x.fish',
      '$HOME/y',
    ]);
  });

  it.each(["a\nx 'open\n", 'a\nif true\n', 'a\necho (b\n'])('where %j is never closed', (text) => {
    expect(readFishScript(text).unterminated).toEqual({ line: 2 });
  });

  it('its way through 100,000 parentheses, as many blocks, and 10 MB', () => {
    expect(() => readFishScript('('.repeat(100_000))).not.toThrow();
    expect(() => readFishScript('if '.repeat(100_000))).not.toThrow();
    expect(changesIn(`${'# a line of a comment\n'.repeat(450_000)}set NAME v\n`).map(shown)).toEqual([
      'top-level:450001:v',
    ]);
  });
});

/** Pieces of a word, in every way of quoting. */
const piece = fc.constantFrom(
  ...['a', 'Z9', '-', '=', '#', 'é', '%', '^', '@', ',', ':', '/', '\\ ', '\\n', '\\x41', '\\X42', '\\u00e9'],
  ...[
    '\\101',
    '\\$',
    "\\'",
    '\\"',
    '\\\\',
    '\\#',
    '\\;',
    '\\\n',
    "'a b'",
    "'\\''",
    "'\\\\'",
    "'\\n'",
    "'$x'",
  ],
  ...[
    "'\n'",
    '"a b"',
    '"\\""',
    '"\\\\"',
    '"\\$x"',
    '"\\n"',
    '"\'"',
    '"\\\n"',
    '"a\nb"',
    '"#"',
    '&a',
    '}',
    ']',
  ],
);
const unknown = fc.constantFrom(
  '$HOME',
  '"$HOME"',
  '(echo a)',
  '"(echo a)"',
  '"$(echo a)"',
  '{a,b}',
  '~',
  'a?',
);
const word = fc
  .array(fc.oneof({ weight: 12, arbitrary: piece }, { weight: 1, arbitrary: unknown }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pieces) => `w${pieces.join('')}`)
  // Here fish takes the rest of the line for a part of the word.
  .filter((text) => !text.includes('\\ #'));
const gap = fc.constantFrom(' ', '\r ', '  ', '\t', ' \\\n', ' \\\n  # comment\n ');

const setting = fc
  .tuple(
    fc.constantFrom(
      'set -gx',
      'set -x',
      'set',
      'set -g',
      'set --global --export',
      'builtin set -gx',
      'set -xg --',
    ),
    fc.constantFrom('NAME', 'NAME', 'NAME', '"NAME"', 'NA\\\nME', 'OTHER'),
    fc.array(fc.tuple(gap, word), { minLength: 1, maxLength: 2 }),
    gap,
    fc.constantFrom('', '', '', ' > /dev/null', ' 2>&1'),
  )
  .map(([set, name, values, before, after]) => `${set}${before}${name}${values.flat().join('')}${after}`);

const other = fc.oneof(
  fc.constantFrom('true', 'set -e NAME', 'set -e OTHER NAME', 'set -q NAME', 'echo NAME >/dev/null'),
  fc.constantFrom(
    'NAME=v true',
    'set -gx NAME_ v',
    'export NAME=e',
    "export 'NAME=e f' OTHER=g",
    'export OTHER=o',
  ),
  word.map((text) => `true ${text}`),
);
const command = fc.oneof({ weight: 2, arbitrary: setting }, { weight: 1, arbitrary: other });

const job = fc.oneof(
  { weight: 6, arbitrary: command },
  ...[
    (one: string) => `if true\n  ${one}\nend`,
    (one: string) => `if false; ${one}; else; true; end`,
    (one: string) => `begin; ${one}; end`,
    (one: string) => `function f\n${one}\nend`,
    (one: string) => `for x in a b; ${one}; end`,
    (one: string) => `switch a\ncase b\n${one}\nend`,
    (one: string) => `true && ${one}`,
    (one: string) => `false; or ${one}`,
    (one: string) => `not ${one}`,
    (one: string) => `while false; ${one}; end`,
  ].map((wrap) => ({ weight: 1, arbitrary: command.map(wrap) })),
);
const separator = fc.constantFrom('\n', '\n', ';', ' ; ', ' # c\n', '\r\n', '\n\n', ' ;\n', '\n  ', '; ;');
const script = fc
  .array(fc.tuple(job, separator), { minLength: 1, maxLength: 6 })
  .map((parts) => Buffer.from(parts.flat().join('')).toString('latin1'));

describeWith(requirements.fish, 'fish agrees', () => {
  it('about what a file sets, and about what is left when that is cut', async () => {
    using home = createHome();
    const ask = async (text: string) => {
      home.write('script', Buffer.from(text, 'latin1'));
      const { stdout, stderr } = await runProgram(
        'fish',
        ['--no-config', '-c', `source script; printf '<%s><%s>' "$NAME" "$OTHER"`],
        { home },
      );
      return { seen: Buffer.from(stdout).toString('latin1'), stderr };
    };
    await fc.assert(
      fc.asyncProperty(script, async (text) => {
        const { seen, stderr } = await ask(text);
        // Nothing of a file with an error in it is run.
        fc.pre(/^<.*><.*>$/s.test(seen) && stderr === '');
        const changes = changesIn(text);
        const values = /^<(.*)><(.*)>$/s.exec(seen) ?? [];
        const certain = changes.every(
          (change) =>
            change.context === 'top-level' && (change.kind === 'unset' || change.value !== undefined),
        );
        const last = changes.at(-1);
        if (certain) expect(values[1]).toBe((last?.kind === 'assignment' && last.value) || '');
        else if (values[1]) {
          const possible = changes.flatMap((change) => (change.kind === 'assignment' ? [change.value] : []));
          expect(possible.includes(undefined) || possible.includes(values[1])).toBe(true);
        }
        if (changes.length > 0 && changes.every(({ removal }) => removal)) {
          const rest = await ask(without(text, changes));
          expect(rest).toEqual({ seen: `<><${values[2]}>`, stderr: '' });
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
