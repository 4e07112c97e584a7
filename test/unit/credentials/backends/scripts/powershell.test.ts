import { describe, expect, it } from 'vitest';
import { readPowerShellScript } from '../../../../../src/credentials/backends/scripts/powershell/powershell-script.ts';
import { joinRemovals } from '../../../../../src/credentials/backends/scripts/removal.ts';
import type { Assignment, Unset } from '../../../../../src/credentials/backends/scripts/statement.ts';

const names = new Set(['NAME']);
const bytes = (text: string) => Buffer.from(text).toString('latin1');

function changesIn(text: string): (Assignment | Unset)[] {
  return readPowerShellScript(bytes(text), names).statements.filter(
    (one) => one.kind !== 'source' && one.context !== 'function',
  ) as (Assignment | Unset)[];
}

function shown(change: Assignment | Unset): string {
  const value = change.kind === 'unset' ? '-' : (change.value ?? '?');
  return `${change.context}:${change.line}:${value}`;
}

/** What is left when all that can be cut is cut. */
function rest(text: string): string {
  return joinRemovals(changesIn(text).flatMap(({ removal }) => removal ?? []))
    .toReversed()
    .reduce((left, { start, end }) => left.slice(0, start) + left.slice(end), bytes(text));
}

// There is no PowerShell to ask on most machines that run this: the cases are those of its documentation.
describe('readPowerShellScript finds (about_Environment_Variables)', () => {
  it.each<[string, string, readonly string[]]>([
    ['an assignment', "$env:NAME = 'v'\n", ['top-level:1:v']],
    ['one in braces', `$\{env:NAME} = 'v'\n`, ['top-level:1:v']],
    ['one in other letters', "$ENV:Name='v'\n", ['top-level:1:v']],
    ['one in double quotes', '$env:NAME = "a`n""b"\n', ['top-level:1:a\n"b']],
    ['one in typographic quotes', '$env:NAME = ‘a’’b’\n', [`top-level:1:${bytes('a’b')}`]],
    ['a number', '$env:NAME = 7\n', ['top-level:1:7']],
    ['a value that only PowerShell knows', '$env:NAME = Get-Secret NAME\n', ['top-level:1:?']],
    ['a value with a variable', '$env:NAME = "a$b"\n', ['top-level:1:?']],
    ['an appended one', "$env:NAME += 'v'\n", ['top-level:1:?']],
    ['one only if there is none', "$env:NAME ??= 'v'\n", ['conditional:1:?']],
    ['one that is taken away', '$env:NAME = $null\n', ['top-level:1:-']],
    ['one of nothing', "$env:NAME = ''\n", ['top-level:1:']],
    ['one behind a continued line', "$env:NAME = `\n  'v'\n", ['top-level:1:v']],
    ['one behind an operator', "$env:NAME =\n  'v'\n", ['top-level:1:v']],
    ['one among several statements', "a; $env:NAME = 'v'; b\n", ['top-level:1:v']],
    ['one behind a comment', "<# it's\n#> $env:NAME = 'v' # why\n", ['top-level:2:v']],
    ['one in an if', "if ($x) {\n  $env:NAME = 'v'\n}\n", ['conditional:2:v']],
    ['one behind a here-string', "$x = @'\n$env:NAME = 'no'\n'@\n$env:NAME = 'v'\n", ['top-level:4:v']],
    ['one behind a BOM and CRLF', "\ufeff# x\r\n$env:NAME = 'v'\r\n", ['top-level:2:v']],
    ['a here-string', "$env:NAME = @'\nv\n'@\n", ['top-level:1:v']],
    ['Set-Item', "Set-Item -Path Env:NAME -Value 'v'\n", ['top-level:1:v']],
    ['Set-Item by place', 'Set-Item Env:\\NAME v\n', ['top-level:1:v']],
    ['New-Item', "New-Item -Force -Path 'Env:\\NAME' -Value v\n", ['top-level:1:v']],
    ['Remove-Item', 'Remove-Item Env:\\NAME -ErrorAction SilentlyContinue\n', ['top-level:1:-']],
    ['.NET', '[System.Environment]::SetEnvironmentVariable("NAME", "v")\n', ['top-level:1:v']],
    ['.NET, for the user', "[Environment]::SetEnvironmentVariable('NAME','v','User')\n", ['top-level:1:v']],
    ['a pipeline', "'v' | ForEach-Object { $env:NAME = $_ }\n", ['conditional:1:?']],
  ])('%s', (_, text, found) => {
    expect(changesIn(text).map(shown)).toEqual(found);
  });
});

describe('readPowerShellScript finds nothing', () => {
  it.each([
    ['in a comment', "# $env:NAME = 'v'\n"],
    ['in a block comment', "<#\n$env:NAME = 'v'\n#>\n"],
    ['in a here-string', '$x = @"\n$env:NAME = \'v\'\n"@\n'],
    ['in a string of several lines', "$x = '\n$env:NAME = 1\n'\n"],
    ['in a function', "function f {\n  $env:NAME = 'v'\n}\n"],
    ['in a filter, its brace on the next line', "filter f\n{\n  $env:NAME = 'v'\n}\n"],
    ['in a block that is kept', "$x = { $env:NAME = 'v' }\n"],
    ['in a comparison', "if ($env:NAME -eq 'v') { 1 }\n"],
    ['in a use', '$x = $env:NAME\n'],
    ['in a variable of PowerShell’s own', "$NAME = 'v'\n$global:NAME = 'v'\n"],
    ['in another name', "$env:NAMES = 'v'\n$env:XNAME = 'v'\n"],
    ['in a table', "$x = @{ NAME = 'v' }\n"],
    ['behind --%', "cmd --% /c $env:NAME = 'v'\n"],
    ['in escaped text', "Write-Output `$env:NAME = 'v'\n"],
  ])('%s', (_, text) => {
    expect(changesIn(text)).toEqual([]);
  });
});

describe('what is cut', () => {
  it.each([
    ['a line', "a\n$env:NAME = 'v' # why\nb\n", 'a\nb\n'],
    ['a line of CRLF', "a\r\n$env:NAME = 'v'\r\nb\r\n", 'a\r\nb\r\n'],
    ['the last of a line', "a; $env:NAME = 'v'\n", 'a\n'],
    ['the first of a line', "$env:NAME = 'v'; a\n", 'a\n'],
    ['all of a line', "$env:NAME = 'v'; $env:NAME = 'w'\na", 'a'],
    ['a here-string with its lines', 'a\n$env:NAME = @"\nv\n"@\nb\n', 'a\nb\n'],
    ['behind a BOM', "\ufeff$env:NAME = 'v'\na\n", bytes('\ufeffa\n')],
    ['not what is piped', "'v' | Set-Item Env:NAME\n", "'v' | Set-Item Env:NAME\n"],
    ['not what assigns something else too', "$x = $env:NAME = 'v'\n", "$x = $env:NAME = 'v'\n"],
    ['not what goes on in the next line', "$env:NAME = 'v'\n  | x\n", "$env:NAME = 'v'\n  | x\n"],
    ['not what is conditional', "if (1) { $env:NAME = 'v' }\n", "if (1) { $env:NAME = 'v' }\n"],
  ])('%s', (_, text, left) => {
    expect(rest(text)).toBe(left);
  });
});

it('finds the files that are read in', () => {
  const { statements } = readPowerShellScript('. "$HOME/x.ps1"\n. .\\y.ps1\n# . no\n');
  expect(statements.flatMap((one) => (one.kind === 'source' ? one.path : []))).toEqual([
    '$HOME/x.ps1',
    '.\\y.ps1',
  ]);
});

it.each(["a\n$x = 'open\n", 'a\nif ($x) {\n', 'a\n<# b\n', 'a\n$x = @"\nb\n'])(
  'finds where %j is never closed',
  (text) => {
    expect(readPowerShellScript(text).unterminated).toEqual({ line: 2 });
  },
);

it('finds its way through 100,000 brackets, as many strings in each other, and 10 MB', () => {
  for (const sign of ['(', '{', '"$(', '@{', '${']) {
    expect(() => readPowerShellScript(sign.repeat(100_000))).not.toThrow();
  }
  const text = `${'# a line of a comment\n'.repeat(450_000)}$env:NAME = 'v'\n`;
  expect(changesIn(text).map(shown)).toEqual(['top-level:450001:v']);
});
