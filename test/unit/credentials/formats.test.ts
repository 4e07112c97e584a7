import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Format, formatVariables } from '../../../src/credentials/formats.ts';
import { MegallmError } from '../../../src/errors.ts';
import { runProgram } from '../../support/program.ts';
import { describeWith, requirements } from '../../support/requirements.ts';
import { createHome } from '../../support/temporary-home.ts';

const readers = [
  ['posix', 'bash', ['-c', 'eval "$(cat)"; printf "<%s>" "$NAME"']],
  ['posix', 'zsh', ['-c', 'eval "$(cat)"; printf "<%s>" "$NAME"']],
  ['posix', 'dash', ['-c', 'eval "$(cat)"; printf "<%s>" "$NAME"']],
  ['fish', 'fish', ['--no-config', '-c', 'cat | source; printf "<%s>" $NAME']],
] as const;

describe.each(readers.map(([format, shell, args]) => ({ format, shell, args })))(
  'for $format',
  ({ format, shell, args }) => {
    describeWith(requirements[shell], `what ${shell} reads is what was printed`, () => {
      it('whatever it is', async () => {
        using home = createHome();
        const text = fc.string({
          unit: fc.oneof(
            fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '!', '#', '%', '*', '~', ';', '&', '‘', '’'),
            fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).filter((one) => !one.includes('\0')),
          ),
        });
        await fc.assert(
          fc.asyncProperty(text, async (value) => {
            const stdin = formatVariables(new Map([['NAME', value]]), format);
            const outcome = await runProgram(shell, args, { home, stdin, env: { LC_ALL: 'C.UTF-8' } });
            expect(outcome).toMatchObject({ stdout: `<${value}>`, stderr: '' });
          }),
          { numRuns: 20 },
        );
      });
    });
  },
);

function printed(value: string, format: Format): string {
  return formatVariables(new Map([['NAME', value]]), format);
}

it.each([
  ['a b$c`d"e', `$env:NAME = 'a b$c\`d"e'\n`],
  ["it's ‘so’", "$env:NAME = 'it''s ‘‘so’’'\n"],
])(
  'for PowerShell %j stands in single quotes, which are doubled within (about_Quoting_Rules)',
  (value, line) => {
    expect(printed(value, 'powershell')).toBe(line);
  },
);

it('for cmd the quotes stand around name and value', () => {
  expect(printed('a b&c|d<e>f^g(h)', 'cmd')).toBe('set "NAME=a b&c|d<e>f^g(h)"\n');
});

it.each(['a"b', '100%', 'a!b', 'a\nb', 'é', ''])('cmd cannot carry %j, and is not given it', (value) => {
  expect(() => printed(value, 'cmd')).toThrow(MegallmError);
});
