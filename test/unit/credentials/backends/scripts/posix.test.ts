import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPosixScript } from '../../../../../src/credentials/backends/scripts/posix/posix-script.ts';
import { joinRemovals } from '../../../../../src/credentials/backends/scripts/removal.ts';
import { runProgram } from '../../../../support/program.ts';
import { describeWith, requirements } from '../../../../support/requirements.ts';
import { temporaryHome } from '../../../../support/temporary-home.ts';

const names = new Set(['NAME']);

function assignmentsIn(text: string): string[] {
  return readPosixScript(text, 'bash', names).statements.flatMap((statement) =>
    statement.kind === 'assignment' &&
    (statement.context === 'top-level' || statement.context === 'conditional')
      ? [`${statement.context}:${statement.line}:${statement.value ?? '?'}`]
      : [],
  );
}

describe('readPosixScript finds', () => {
  it.each<[string, string, readonly string[]]>([
    ['a plain assignment', 'NAME=v\n', ['top-level:1:v']],
    ['an export', 'export NAME="a b"\n', ['top-level:1:a b']],
    ['one among several words', 'export A=1 NAME=v B=2\n', ['top-level:1:v']],
    ['one among several commands', 'a; export NAME=v; b\n', ['top-level:1:v']],
    ['one behind a continued line', 'export \\\n  NAME=v\n', ['top-level:1:v']],
    ['quotes of each kind', `NAME=a'b c'"d"$'\\x65'\n`, ['top-level:1:ab cde']],
    ['a value that only a shell knows', 'NAME=$(pass megallm)\n', ['top-level:1:?']],
    ['one in an if', 'if true; then\n  NAME=v\nfi\n', ['conditional:2:v']],
    ['one behind a here-document', 'cat <<X\nNAME=a\nX\nNAME=b\n', ['top-level:4:b']],
    [
      'one behind two here-documents on a line',
      'cat <<X <<-Y\nNAME=a\nX\n\tNAME=b\n\tY\nNAME=c\n',
      ['top-level:6:c'],
    ],
    ['one behind a case', 'case $- in\n  *i*) ;;\n  *) return;;\nesac\nNAME=v\n', ['top-level:5:v']],
    ['one behind a comment with a quote', "# don't\nNAME=v\n", ['top-level:2:v']],
    ['one behind a # inside a word', 'x=a#b NAME=v\n', ['top-level:1:v']],
  ])('%s', (_, text, found) => {
    expect(assignmentsIn(text)).toEqual(found);
  });

  it.each([
    ['a comment', '# NAME=v\n'],
    ['a comment behind a command', 'true # NAME=v\n'],
    ['a here-document', "cat <<'X'\nNAME=v\nX\n"],
    ['a string of several lines', "x='\nNAME=v\n'\n"],
    ['a function', 'f() {\n  NAME=v\n}\n'],
    ['a function by its word', 'function f {\n  export NAME=v\n}\n'],
    ['a subshell', '(NAME=v)\n'],
    ['a command’s own environment', 'NAME=v make\n'],
    ['an argument', 'echo NAME=v\n'],
    ['another name', 'XNAME=v\nNAMES=v\n'],
    ['a substitution', 'x=$(NAME=v; echo)\n'],
  ])('nothing in %s', (_, text) => {
    expect(assignmentsIn(text)).toEqual([]);
  });

  it('the files that are read in', () => {
    const text = '[ -f ~/.bashrc ] && . ~/.bashrc\nsource "$HOME/x"\n# . ~/.no\n';
    const paths = readPosixScript(text, 'bash').statements.flatMap((one) =>
      one.kind === 'source' ? one.path : [],
    );
    expect(paths).toEqual(['~/.bashrc', '$HOME/x']);
  });

  it('where something is never closed', () => {
    expect(readPosixScript("a\nx='open\n", 'bash').unterminated).toEqual({ line: 2 });
  });

  it('its way through 100,000 parentheses and 10 MB', () => {
    expect(() => readPosixScript('('.repeat(100_000), 'bash')).not.toThrow();
    expect(assignmentsIn(`${'# a line of a comment\n'.repeat(450_000)}NAME=v\n`)).toEqual([
      'top-level:450001:v',
    ]);
  });
});

const fragments = fc.constantFrom(
  '# NAME=c\n',
  'NAME=one\n',
  'export NAME="two words"\n',
  'export A=1 NAME=three B=2\n',
  'true; export NAME=four; true\n',
  '  NAME=five # why\n',
  "cat > /dev/null <<'X'\nNAME=here\nX\n",
  'f() {\n  NAME=function\n}\n',
  "x='\nNAME=quoted\n'\n",
  'if true; then\n  y=1\nfi\n',
  'case $- in\n  *i*) ;;\n  *) ;;\nesac\n',
  'echo NAME=argument > /dev/null\n',
  'NAME=prefix true\n',
  '\n',
);

describeWith(requirements.bash, 'bash agrees', () => {
  it('about what counts in the end, and about what is left when it is cut', async () => {
    const home = temporaryHome();
    const ask = async (text: string) => {
      home.write('script', `${text}printf '<%s>' "$NAME"\n`);
      return (await runProgram('bash', ['--norc', 'script'], { home })).stdout;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fragments, { minLength: 1, maxLength: 8 }), async (parts) => {
        const text = parts.join('');
        const found = readPosixScript(text, 'bash', names).statements.filter(
          (one) => one.kind === 'assignment' && one.context === 'top-level',
        );
        const last = found.at(-1);
        expect(await ask(text)).toBe(`<${(last?.kind === 'assignment' && last.value) || ''}>`);
        const removals = found.flatMap((one) => (one.kind !== 'source' && one.removal ? [one.removal] : []));
        expect(removals).toHaveLength(found.length);
        const rest = joinRemovals(removals)
          .toReversed()
          .reduce((before, { start, end }) => before.slice(0, start) + before.slice(end), text);
        expect(await ask(rest)).toBe('<>');
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
