import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { megallm } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';
import { createHome } from '../support/temporary-home.ts';
import { holdsForAll } from './property.ts';
import { patience } from './scale.ts';
import { tally } from './tally.ts';

/** Whatever runs any of it leaves a file called `executed` in the working folder. */
const pieces = [
  ...[
    ' ',
    '  ',
    "'",
    '"',
    '$(touch executed)',
    '`touch executed`',
    ';touch executed;',
    '|',
    '&',
    '*',
    '?',
    '~',
    '!',
  ],
  ...[
    '#',
    '\\',
    '$HOME',
    '$\u007bx}',
    '%PATH%',
    '\t',
    '-rf',
    '--help',
    '(',
    ')',
    '{',
    '}',
    '<',
    '>',
    '=',
    ':',
    ',',
  ],
  ...[
    'caf\u00e9',
    'cafe\u0301',
    '\u202etxt',
    '\u05d0\u05d1',
    '\u{1f511}',
    '\u001b[31m',
    'a',
    'B',
    '0',
    'x'.repeat(60),
  ],
];
const parts = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 })
  .map((all) => all.join('').replaceAll('/', ''))
  .filter((name) => Buffer.byteLength(name) <= 200 && name !== '.' && name !== '..');

it('a home and a file of any name are written, read by a new bash, and given back; nothing is run', {
  timeout: patience,
}, async () => {
  const { home: signedIn, key } = await signedInHome();
  const names = fc.record({ folder: parts, file: parts });
  await holdsForAll(names, { count: 12, atOnce: 4 }, async (all) => {
    for (const { folder, file } of all) {
      using around = createHome();
      const path = join(around.path, folder);
      const name = `.env${file}`;
      mkdirSync(path);
      around.write(join(folder, '.bashrc'), '# mine\n');
      around.write(join(folder, '.megallm/profiles/default/credentials'), `${key}\n`, 0o600);
      const profile = signedIn.read('.megallm/profiles/default/profile.json');
      around.write(join(folder, '.megallm/profiles/default/profile.json'), profile, 0o600);
      const before = around.snapshot();
      const run = (args: readonly string[]) => megallm(args, { home: { path } });
      const write = ['env', 'write', '--to', 'dotenv', '--to', 'bash', '--file', `./${name}`];
      expect(await run(write)).toMatchObject({ exitCode: 0 });
      expect(around.read(join(folder, name)).toString()).toBe(`MEGALLM_API_KEY=${key}\n`);
      const shell = ['-ic', 'printf %s "$MEGALLM_API_KEY"'];
      expect((await runProgram('bash', shell, { home: { path } })).stdout).toBe(key);
      expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
      const theirs = (entries: typeof before) => [...entries].filter(([at]) => !at.includes('.megallm'));
      expect(theirs(around.snapshot())).toEqual(theirs(before));
      expect(
        readdirSync(around.path, { recursive: true }).filter((at) => String(at).endsWith('executed')),
      ).toEqual([]);
      tally('hostile names', { cases: 1 });
    }
  });
});

it('a profile of any name is refused or used, and stays in its folder', { timeout: patience }, async () => {
  const { home, key, run } = await freshHome();
  const names = fc.oneof(
    parts,
    fc.constantFrom('..', '.', '../../x', '/etc', 'a/b', '', 'con', 'a.pending', 'A', 'a'),
  );
  await holdsForAll(names, { count: 12, atOnce: 6 }, async (all) => {
    for (const name of all) {
      const login = ['login', '--with-key', '--insecure-storage', `--profile=${name}`, '--json'];
      const { exitCode, stdout, stderr } = await run(login, { stdin: key });
      const document = JSON.parse(stdout);
      expect([0, 2], stdout).toContain(exitCode);
      if (exitCode === 2) expect(document.error.code).toBe('usage');
      expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      expect(readdirSync(home.path).filter((made) => made !== '.megallm')).toEqual([]);
      const profiles = join(home.path, '.megallm/profiles');
      for (const made of existsSync(profiles) ? readdirSync(profiles) : [])
        expect(made).toMatch(/^[A-Za-z0-9]/);
      expect(existsSync(join(home.path, 'executed'))).toBe(false);
      tally('hostile names', { cases: 1, refused: exitCode === 2 ? 1 : 0 });
    }
  });
});

it('names that the service gives to keys and organisations reach no terminal as they are', {
  timeout: patience,
}, async () => {
  const { run, sandbox } = await signedInHome();
  const evil = [
    '\u001b]0;owned\u0007',
    '\u001b[2J',
    '\u009b31m',
    '\r',
    '\n',
    '\u202e',
    '\u0000',
    '\u200b',
    'x'.repeat(5000),
    '$(touch x)',
  ];
  const texts = fc
    .array(fc.constantFrom(...evil, 'Acme', ' '), { minLength: 1, maxLength: 5 })
    .map((all) => all.join(''));
  await holdsForAll(texts, { count: 8, atOnce: 2 }, async (all) => {
    for (const name of all) {
      sandbox.organisations = sandbox.organisations.map((organisation) => ({
        ...organisation,
        org_name: name,
        name,
      }));
      sandbox.issueKey({ name });
      for (const args of [['keys', 'list'], ['orgs'], ['whoami'], ['keys', 'list', '--json']]) {
        const { stdout, stderr, exitCode } = await run(args);
        expect(exitCode, stderr).toBe(0);
        expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
      }
      tally('hostile names', { cases: 1 });
    }
  });
});
