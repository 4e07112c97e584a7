import { lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import type { Home } from '../support/temporary-home.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Contents that are none of our business, but for one line or block. */
const anyText: Record<string, Buffer> = {
  empty: bytes(''),
  'without a final newline': bytes('A=1\nB=2'),
  'of one line without an end': bytes('A=1'),
  Latin1: bytes('# caf\xe9 \xff\xfe\nA=1\n'),
  CRLF: bytes('A=1\r\nB=2\r\n'),
  'CRLF without a final one': bytes('A=1\r\nB=2'),
  'mixed endings': bytes('A=1\r\nB=2\nC=3\r\n'),
  BOM: bytes('\xef\xbb\xbfA=1\n'),
  NUL: bytes('A=1\n# a\0b\n'),
  'blank lines at the end': bytes('A=1\n\n\n'),
  '10 MB': Buffer.alloc(10_000_000, '# 0123456789012345678901234567890123456789\n'),
};

const shellText: Record<string, Buffer> = {
  ...anyText,
  "Debian's guard": bytes('# ~/.bashrc\ncase $- in\n    *i*) ;;\n      *) return;;\nesac\nalias x=y\n'),
  shebang: bytes('#!/bin/bash\nalias x=y\n'),
  'a shebang alone': bytes('#!/bin/bash'),
  'our names in comments': bytes('# export MEGALLM_API_KEY=old\n#MEGALLM_API_KEY=old\n'),
  'our names in a here-document': bytes("cat > /dev/null <<'X'\nexport MEGALLM_API_KEY=old\nX\n"),
  'our block in a here-document': bytes(
    'cat > /dev/null <<X\n# >>> megallm >>>\nexport A=1\n# <<< megallm <<<\nX\n',
  ),
  'our names in a function': bytes('f() {\n  export MEGALLM_API_KEY=old\n}\n'),
  'our names in quotes': bytes("x='\nexport MEGALLM_API_KEY=old\n'\n"),
};

const fishText: Record<string, Buffer> = {
  ...anyText,
  shebang: bytes('#!/usr/bin/fish\nalias x y\n'),
  'a guard': bytes('status is-interactive; or exit\nalias x y\n'),
  'our names in comments': bytes('# set -gx MEGALLM_API_KEY old\n#MEGALLM_API_KEY\n'),
  'our names in a function': bytes('function f\n  set -gx MEGALLM_API_KEY old\nend\n'),
  'our names in quotes': bytes("echo '\nset -gx MEGALLM_API_KEY old\n' >/dev/null\n"),
  'our block in quotes': bytes("set x '\n# >>> megallm >>>\n# <<< megallm <<<\n'\n"),
};

const powershellText: Record<string, Buffer> = {
  ...anyText,
  'our names in comments': bytes("# $env:MEGALLM_API_KEY = 'old'\n<#\n$env:MEGALLM_API_KEY = 'old'\n#>\n"),
  'our names in a function': bytes("function f {\n  $env:MEGALLM_API_KEY = 'old'\n}\n"),
  'our names in a here-string': bytes("$x = @'\n$env:MEGALLM_API_KEY = 'old'\n'@\n"),
  'our block in a here-string': bytes('$x = @"\n# >>> megallm >>>\n# <<< megallm <<<\n"@\n'),
  'our block in a comment': bytes('<#\n# >>> megallm >>>\n# <<< megallm <<<\n#>\n'),
};

const dotenvText: Record<string, Buffer> = {
  ...anyText,
  'our names in comments': bytes('# MEGALLM_API_KEY=old\nA=1 # MEGALLM_API_KEY=old\n'),
  'our names in a value of several lines': bytes('A="\nMEGALLM_API_KEY=old\n"\nB=2\n'),
  'a name that ours begins': bytes('MEGALLM_API_KEY_OLD=1\nXMEGALLM_API_KEY=1\n'),
  'an unclosed quote': bytes('A=it\'s\nB="x\n'),
};

interface Target {
  readonly backend: string;
  readonly file: string;
  readonly texts: Record<string, Buffer>;
}

const ownLine: Record<string, string> = {
  dotenv: 'MEGALLM_API_KEY=mine-and-secret',
  fish: 'set -gx MEGALLM_API_KEY mine-and-secret',
  powershell: '$env:MEGALLM_API_KEY = "mine-and-secret"',
};

const targets: readonly Target[] = [
  { backend: 'dotenv', file: '.env', texts: dotenvText },
  { backend: 'bash', file: '.bashrc', texts: shellText },
  { backend: 'zsh', file: '.zshrc', texts: shellText },
  { backend: 'fish', file: '.config/fish/conf.d/megallm.fish', texts: fishText },
  {
    backend: 'powershell',
    file: '.config/powershell/Microsoft.PowerShell_profile.ps1',
    texts: powershellText,
  },
];

describe.each(targets)('$backend, where the file is', ({ backend, file, texts }) => {
  it.each(Object.entries(texts))('%s: only our own lines come and go', async (_, original) => {
    const { home, key, run } = await signedInHome();
    home.write(file, original, 0o640);
    const before = home.snapshot();
    const write = ['env', 'write', '--to', backend];
    const ours = () => {
      const now = home.read(file).toString('latin1');
      return backend === 'dotenv'
        ? now.replace(`MEGALLM_API_KEY=${key}\n`, '').replace(new RegExp(`\nMEGALLM_API_KEY=${key}$`), '')
        : now.replace(/# >>> megallm >>>\r?\nif [^\n]*\n# <<< megallm <<<\r?\n/, '');
    };

    expect(await run(write)).toMatchObject({ exitCode: 0 });
    if (original.toString() !== '#!/bin/bash') expect(ours()).toBe(original.toString('latin1'));
    expect(before.get(file)).toMatchObject({ mode: 0o640 });
    const written = home.snapshot();

    expect(await run(write)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('Nothing to change'),
    });
    expect(home.snapshot()).toEqual(written);

    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(changedPaths(before, home.snapshot())).toEqual([]);

    expect(await run(write)).toMatchObject({ exitCode: 0 });
    expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
    expect(changedPaths(before, home.snapshot())).toEqual([]);
  });

  it.each(['relative', 'absolute', 'chained'])('a symbolic link (%s): it stays one', async (kind) => {
    const { home, run } = await signedInHome();
    home.write('dotfiles/real', '# mine\n', 0o444);
    if (kind === 'chained') symlinkSync('dotfiles/real', join(home.path, 'link'));
    const path = placeOf(file, home);
    const real = join(home.path, kind === 'chained' ? 'link' : 'dotfiles/real');
    symlinkSync(kind === 'absolute' ? real : relative(dirname(path), real), path);
    const before = home.snapshot();
    expect(await run(['env', 'write', '--to', backend])).toMatchObject({ exitCode: 0 });
    expect(lstatSync(join(home.path, file)).isSymbolicLink()).toBe(true);
    expect(home.read('dotfiles/real').includes('# mine\n')).toBe(true);
    expect(home.snapshot().get('dotfiles/real')).toMatchObject({ mode: 0o444 });
    expect(home.read('dotfiles/real').length).toBeGreaterThan(8);
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(changedPaths(before, home.snapshot())).toEqual([]);
  });

  it('a dangling link: what it names is made, and removed again', async () => {
    const { home, run } = await signedInHome();
    const path = placeOf(file, home);
    symlinkSync('not-yet', path);
    const before = home.snapshot();
    expect(await run(['env', 'write', '--to', backend])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(dirname(path), 'not-yet')).length).toBeGreaterThan(0);
    expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
    expect(changedPaths(before, home.snapshot())).toEqual([]);
  });

  it.each(['folder', 'pipe', 'loop', 'device'])(
    'a %s: refused at once, and nothing changed',
    async (kind) => {
      const { home, run } = await signedInHome();
      const path = placeOf(file, home);
      if (kind === 'folder') mkdirSync(path);
      if (kind === 'pipe') await runProgram('mkfifo', [path], { home });
      if (kind === 'loop') symlinkSync(basename(path), path);
      if (kind === 'device') symlinkSync('/dev/null', path);
      const before = home.snapshot();
      const outcome = await run(['env', 'write', '--to', backend]);
      expect([1, 7]).toContain(outcome.exitCode);
      expect(outcome.stderr).toContain(file);
      expect(home.snapshot()).toEqual(before);
    },
  );

  it("the user's own assignment: shown and refused, replaced on --yes, and brought back", async () => {
    const { home, key, run } = await signedInHome();
    const line = ownLine[backend] ?? 'export MEGALLM_API_KEY=mine-and-secret';
    home.write(file, `A=1\n${line}\nB=2\n`);
    const before = home.snapshot();
    const write = ['env', 'write', '--to', backend];
    const refused = await run(write);
    expect(refused).toMatchObject({ exitCode: 7, stderr: expect.stringContaining(`${file}:2`) });
    expect(home.snapshot()).toEqual(before);
    const shown = await run([...write, '--dry-run']);
    expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('MEGALLM_API_KEY') });
    for (const secret of [key, 'mine-and-secret', 'A=1']) expect(shown.stdout).not.toContain(secret);
    expect(home.snapshot()).toEqual(before);
    expect(await run([...write, '--yes'])).toMatchObject({ exitCode: 0 });
    expect(home.read(file).toString()).not.toContain('mine-and-secret');
    expect(home.read(file).toString()).toMatch(/A=1\n.*B=2\n/s);
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(changedPaths(before, home.snapshot())).toEqual([]);
  });
});

it('.env in UTF-16 is refused', async () => {
  const { home, run } = await signedInHome();
  home.write('.env', Buffer.from('\ufeffA=1\r\n', 'utf16le'));
  const before = home.snapshot();
  expect(await run(['env', 'write', '--to', 'dotenv'])).toMatchObject({ exitCode: 1 });
  expect(home.snapshot()).toEqual(before);
});

it.each([
  [
    'the last of two',
    'MEGALLM_API_KEY=sk-mega-aaaaaaaaaaaaaaaaaaaa\nX=1\nMEGALLM_API_KEY=old\n',
    'X=1\nMEGALLM_API_KEY=NEW\n',
  ],
  ['an exported one', 'export MEGALLM_API_KEY=old # why\n', 'export MEGALLM_API_KEY=NEW # why\n'],
  ['one with blanks around', 'MEGALLM_API_KEY = old\n', 'MEGALLM_API_KEY=NEW\n'],
  ['a quoted one', 'MEGALLM_API_KEY="old # no"\r\nX=1\r\n', 'MEGALLM_API_KEY=NEW\r\nX=1\r\n'],
  ['one behind a BOM', '\ufeffMEGALLM_API_KEY=old\nX=1\n', '\ufeff\nX=1\nMEGALLM_API_KEY=NEW\n'],
  ['an empty one', 'X=1\nMEGALLM_API_KEY=\n', 'X=1\nMEGALLM_API_KEY=NEW\n'],
])('in a .env that sets the key already, %s gets the new value', async (_, original, wanted) => {
  const { home, key, run } = await signedInHome();
  home.write('.env', original);
  expect(await run(['env', 'write', '--to', 'dotenv', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toContain(wanted.replace('NEW', key));
  expect(parse(home.read('.env'))).toMatchObject({ MEGALLM_API_KEY: key });
});

const readers = [
  [
    requirements.pythonDotenv,
    '/usr/bin/python3',
    ['-c', 'from dotenv import dotenv_values; print(dotenv_values(".env")["MEGALLM_API_KEY"], end="")'],
  ],
  [requirements.rubyDotenv, 'ruby', ['-e', 'require "dotenv"; print Dotenv.load(".env")["MEGALLM_API_KEY"]']],
  [requirements.dash, 'dash', ['-c', 'set -a; . ./.env 2>/dev/null; printf %s "$MEGALLM_API_KEY"']],
  [requirements.direnv, 'direnv', ['exec', '.', 'sh', '-c', 'printf %s "$MEGALLM_API_KEY"']],
] as const;

describe.each(readers.map(([requirement, program, args]) => ({ requirement, program, args })))(
  'a .env is read by',
  ({ requirement, program, args }) => {
    describeWith(requirement, program, () => {
      it.each(['', 'A=1', 'A=1\r\n', '# note\nexport B="a b" # c\n'])('after %j', async (original) => {
        const { home, key, run } = await signedInHome();
        home.write('.env', bytes(original));
        await run(['env', 'write', '--to', 'dotenv']);
        if (program === 'direnv') {
          home.write('.envrc', 'dotenv\n');
          await runProgram('direnv', ['allow', '.'], { home });
        }
        expect((await runProgram(program, args, { home })).stdout).toBe(key);
      });

      it('with characters that mean something to some reader', async () => {
        const { home, run } = await signedInHome();
        const key = 'sk-mega-ab$HOME#x&y;z(1)\\d!@%~{}[]*?<>|^=+,.:';
        await run(['env', 'write', '--to', 'dotenv'], { env: { MEGALLM_API_KEY: key } });
        if (program === 'direnv') {
          home.write('.envrc', 'dotenv\n');
          await runProgram('direnv', ['allow', '.'], { home });
        }
        expect((await runProgram(program, args, { home })).stdout).toBe(key);
      });
    });
  },
);

/** Where the file would be, with the folders for it. */
function placeOf(file: string, home: Home): string {
  const path = join(home.path, file);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** Paths that differ, our own folder apart. */
function changedPaths(before: Map<string, unknown>, after: Map<string, unknown>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter(
    (path) =>
      !path.startsWith('.megallm') && JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)),
  );
}
