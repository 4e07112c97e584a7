/** A fresh clone, made ready by the real npm; its one dependency is a folder, so that no registry is asked. */
import { cpSync, existsSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from './program.ts';
import { type Home, temporaryHome } from './temporary-home.ts';

const installing = 'Installing the dependencies (npm ci) …';

function freshClone(): Home {
  const home = temporaryHome();
  for (const name of ['prepare', 'command', 'exclusive', 'installation']) {
    const path = `test/support/${name}.mjs`;
    cpSync(new URL(`./${name}.mjs`, import.meta.url), join(home.path, path), { recursive: true });
  }
  const manifest = { name: 'clone', version: '1.0.0', devDependencies: { local: 'file:local' } };
  const lock = {
    ...{ name: 'clone', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': manifest,
      local: { version: '1.0.0', dev: true },
      'node_modules/local': { resolved: 'local', link: true },
    },
  };
  home.write('local/index.js', '');
  home.write('local/package.json', JSON.stringify({ name: 'local', version: '1.0.0' }));
  home.write('package.json', JSON.stringify(manifest));
  home.write('package-lock.json', JSON.stringify(lock));
  home.write('.npmrc', 'audit=false\nfund=false\nupdate-notifier=false\noffline=true\n');
  home.write('src/main.ts', '');
  home.write(
    '.config/build.mjs',
    `import { appendFileSync, mkdirSync } from 'node:fs';
     import 'local';
     mkdirSync('dist', { recursive: true });
     appendFileSync('dist/builds', 'built\\n');`,
  );
  return home;
}

/** With an optional package that the lock file does not know, as one made behind a partial mirror does not. */
function cloneWithIncompleteLock(): Home {
  const home = freshClone();
  const manifest = JSON.parse(home.read('package.json').toString());
  home.write('extra/package.json', JSON.stringify({ name: 'extra', version: '1.0.0' }));
  home.write('package.json', JSON.stringify({ ...manifest, optionalDependencies: { extra: 'file:extra' } }));
  return home;
}

function prepare(home: Home) {
  // npm is a script beside node, or wherever PATH has it.
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    npm_config_cache: join(home.path, '.cache'),
  };
  return runProgram(process.execPath, ['test/support/prepare.mjs'], { home, env, timeout: 60_000 });
}

function builds(home: Home): number {
  return home.read('dist/builds').toString().split('\n').length - 1;
}

test('a fresh clone is made ready once', async () => {
  const home = freshClone();
  expect(await prepare(home)).toEqual({
    stdout: '',
    stderr: `${installing}\nBuilding …\n`,
    exitCode: 0,
    signal: null,
  });
  expect(await prepare(home)).toEqual({ stdout: '', stderr: '', exitCode: 0, signal: null });
  expect(builds(home)).toBe(1);
});

test('a package that is gone is installed again', async () => {
  const home = freshClone();
  await prepare(home);
  rmSync(join(home.path, 'node_modules/local'), { recursive: true });
  expect(await prepare(home)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(installing) });
  expect(existsSync(join(home.path, 'node_modules/local'))).toBe(true);
});

test('two at once do it once, and leave no lock behind', async () => {
  const home = freshClone();
  const outcomes = await Promise.all([prepare(home), prepare(home), prepare(home)]);
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  expect(outcomes.filter(({ stderr }) => stderr.includes(installing))).toHaveLength(1);
  expect(builds(home)).toBe(1);
  expect(existsSync(join(home.path, '.prepare.lock'))).toBe(false);
});

test('it is built again when a source is newer or gone, or dist is', async () => {
  const home = freshClone();
  const soon = () => new Date(Date.now() + 5);
  home.write('src/old.ts', '');
  await prepare(home);
  utimesSync(join(home.path, 'src/main.ts'), soon(), soon());
  await new Promise((resolve) => setTimeout(resolve, 10));
  await prepare(home);
  expect(builds(home)).toBe(2);
  rmSync(join(home.path, 'src/old.ts'));
  await prepare(home);
  expect(builds(home)).toBe(3);
  rmSync(join(home.path, 'dist'), { recursive: true });
  await prepare(home);
  expect(builds(home)).toBe(1);
});

test('dependencies are installed again when the lock file asks for others', async () => {
  const home = freshClone();
  await prepare(home);
  const asText = (path: string) => home.read(path).toString().replaceAll('1.0.0', '1.0.1');
  for (const path of ['package.json', 'package-lock.json', 'local/package.json'])
    home.write(path, asText(path));
  expect((await prepare(home)).stderr).toContain(installing);
  expect((await prepare(home)).stderr).toBe('');
});

test('a lock file will do that lacks an optional package, and is left as it is', async () => {
  const home = cloneWithIncompleteLock();
  const lock = home.read('package-lock.json');
  expect(await prepare(home)).toMatchObject({ stderr: expect.stringContaining('npm install'), exitCode: 0 });
  expect(await prepare(home)).toMatchObject({ stderr: '', exitCode: 0 });
  expect(home.read('package-lock.json')).toEqual(lock);
});

test('dependencies that cannot be installed fail it, with what npm says', async () => {
  const home = freshClone();
  home.write(
    'package.json',
    JSON.stringify({ devDependencies: { local: 'file:local', commander: '14.0.3' } }),
  );
  const outcome = await prepare(home);
  expect(outcome).toMatchObject({ stdout: '', exitCode: 1 });
  expect(outcome.stderr).toContain('npm error');
});

test('a build that fails says how, and half of it does not pass for a build', async () => {
  const home = freshClone();
  home.write(
    '.config/build.mjs',
    `import { mkdirSync } from 'node:fs'; mkdirSync('dist'); throw new Error('crooked');`,
  );
  const outcome = await prepare(home);
  expect(outcome).toMatchObject({ stdout: '', exitCode: 1 });
  expect(outcome.stderr).toContain('crooked');
  expect(existsSync(join(home.path, 'dist'))).toBe(false);
});
