import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { thirdPartyLicences } from '../../.config/third-party.mjs';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { packInto } from '../support/tarball.ts';
import { createHome, type Home, temporaryHome } from '../support/temporary-home.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Bytes. Whoever adds something that does not fit decides whether it is worth it. */
const budget = { packed: 400_000, unpacked: 1_200_000 };

let home: Home;
let tarball: string;

beforeAll(async () => {
  home = createHome();
  tarball = await packInto(home.path);
});
afterAll(() => home.remove());

describe('the package', () => {
  it('holds the program and its licences, and nothing else', async () => {
    const { stdout } = await runProgram('tar', ['-tzf', tarball], { home });
    const files = stdout.split(/\r?\n/).filter((line) => line !== '');
    const others = files.filter(
      (file) => !/^package\/dist\/(schema\/v1\/)?[\w-]+(\.schema)?\.(cjs|json)$/.test(file),
    );
    expect(others.sort()).toEqual([
      'package/LICENSE',
      'package/README.md',
      'package/bin/megallm.cjs',
      'package/dist/third-party-licences.txt',
      'package/package.json',
    ]);
  });

  it('is within its budget', async () => {
    const { stdout } = await runProgram('tar', ['-xzOf', tarball], { home });
    expect(statSync(tarball).size).toBeLessThan(budget.packed);
    expect(Buffer.byteLength(stdout)).toBeLessThan(budget.unpacked);
  });

  it('is as npm and bundlers want it', async () => {
    const bytes = Uint8Array.from(readFileSync(tarball)).buffer;
    const { messages } = await publint({ pack: { tarball: bytes }, strict: true });
    expect(messages).toEqual([]);
  });

  it('has a README whose links lead somewhere', () => {
    const readme = readFileSync(join(project, 'README.md'), 'utf8');
    const targets = [...readme.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(project, target)))).toEqual([]);
    // npm shows them from there.
    const { repository } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(repository?.url).toMatch(/^git\+https:\/\/github\.com\//);
  });
});

describe('the licences of what is bundled', () => {
  it('stand in the package', () => {
    const text = readFileSync(join(project, 'dist/third-party-licences.txt'), 'utf8');
    for (const name of ['commander', '@inquirer/core', 'dotenv', 'yaml']) {
      const { version } = JSON.parse(
        readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8'),
      );
      expect(text).toContain(`\n${name} ${version} (`);
    }
    expect(text).toContain('Permission is hereby granted');
  });

  it.each([
    ['GPL-3.0', 'LICENSE', 'odd: the licence "GPL-3.0"'],
    ['MIT', 'index.md', 'odd: no text of its licence'],
  ])('are refused when one is %s with a %s', (license, file, problem) => {
    const { path, write } = temporaryHome();
    write('node_modules/odd/package.json', JSON.stringify({ name: 'odd', version: '1.0.0', license }));
    write(`node_modules/odd/${file}`, 'text');
    write('node_modules/odd/lib/package.json', '{"type":"module"}');
    expect(() => thirdPartyLicences([join(path, 'node_modules/odd/lib/a.js')])).toThrow(problem);
  });
});

describeWith(requirements.dash, 'a build', () => {
  it('has the same bytes in another folder, under another umask, time zone and language', async () => {
    const elsewhere = join(home.path, 'an other folder');
    copyWhatIsBuilt(elsewhere);
    const env = { TZ: 'Asia/Kolkata', LC_ALL: 'tr_TR.UTF-8' };
    const build = ['-c', 'umask 077; exec "$0" .config/build.mjs', process.execPath];
    const outcome = await runProgram('dash', build, { home, cwd: elsewhere, env });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    const second = join(home.path, 'second');
    mkdirSync(second);
    expect(digest(await packInto(second, elsewhere))).toBe(digest(tarball));
  });
});

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function copyWhatIsBuilt(folder: string): void {
  const own = ['src', 'bin', '.config', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE'];
  const list = readFileSync(join(project, 'dist/third-party-licences.txt'), 'utf8');
  const bundled = [...list.matchAll(/^(\S+) \d\S* \(/gm)].map(([, name = '']) => name);
  // It only hands on what others hold, so none of it is in the bundle.
  const packages = withDependencies([...bundled, '@inquirer/prompts']).map((name) => `node_modules/${name}`);
  for (const path of [...own, ...packages])
    cpSync(join(project, path), join(folder, path), { recursive: true });
  const bundler = join(folder, 'node_modules/rolldown');
  mkdirSync(dirname(bundler), { recursive: true });
  symlinkSync(join(project, 'node_modules/rolldown'), bundler, 'junction');
}

function withDependencies(names: readonly string[]): string[] {
  const found = new Set(names);
  // A set hands out what is added while it is gone through.
  for (const name of found) {
    const description = join(project, 'node_modules', name, 'package.json');
    const { dependencies = {} } = JSON.parse(readFileSync(description, 'utf8'));
    for (const dependency of Object.keys(dependencies)) found.add(dependency);
  }
  return [...found];
}
