/** `npm test` itself, on made-up repositories that borrow our dependencies. */
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, type TestContext, test } from 'vitest';
import { runProgram } from './program.ts';
import { type Home, temporaryHome } from './temporary-home.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface MadeUp {
  /** The text of its one file of tests. */
  readonly tests: string;
  readonly build?: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
}

async function npmTest({ onTestFinished }: TestContext, { tests, build, args = [], env = {} }: MadeUp) {
  const home = temporaryHome(onTestFinished);
  const cwd = join(home.path, 'repository');
  furnish(home, cwd);
  home.write(
    'repository/test/a.test.ts',
    `import { afterAll, beforeAll, describe, expect, test } from 'vitest';\n${tests}`,
  );
  home.write(
    'repository/.config/build.mjs',
    build ?? `import { mkdirSync } from 'node:fs'; mkdirSync('dist');`,
  );
  const outcome = await runProgram(process.execPath, ['test/run.mjs', ...args], {
    home,
    cwd,
    env,
    timeout: 50_000,
  });
  const lines = outcome.stdout.trimEnd().split('\n');
  return { ...outcome, lastLine: lines.at(-1), last: (count: number) => lines.slice(-count) };
}

function furnish(home: Home, repository: string): void {
  for (const path of [
    'test/run.mjs',
    'test/support',
    '.config/vitest.config.ts',
    'package.json',
    'package-lock.json',
  ]) {
    const isOurs = (source: string) => !source.endsWith('.test.ts');
    cpSync(join(root, path), join(repository, path), { recursive: true, filter: isOurs });
  }
  home.write(
    'repository/test/support/system-packages.mjs',
    'export async function installSystemPackages() {}',
  );
  // One link for each package, so that vitest's cache beside them is not the one of the run that we are part of.
  mkdirSync(join(repository, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') && name !== '.package-lock.json') continue;
    symlinkSync(join(root, 'node_modules', name), join(repository, 'node_modules', name));
  }
}

describe.concurrent('npm test', () => {
  test('closes with the counts, and with why a group was skipped', async (context) => {
    const { expect } = context;
    const outcome = await npmTest(context, {
      tests: `
        import { describeWith } from './support/requirements.ts';
        test('passes', () => expect(1).toBe(1));
        describeWith({ name: 'a compass', missing: () => 'it was lost' }, 'the way north', () => {
          describe('by day', () => { test('one', () => {}); test('two', () => {}); });
          test('three', () => {});
        });
        test('gives its reason as it runs', ({ skip }) => skip('no stars'));
        test.skip('gives none', () => {});`,
    });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.last(6)).toEqual([
      'Skipped:',
      '  test/a.test.ts › the way north: needs a compass: it was lost (3 tests)',
      '  test/a.test.ts › gives its reason as it runs: no stars (1 test)',
      '  test/a.test.ts: no reason given (1 test)',
      '',
      '1 passed, 0 failed, 5 skipped',
    ]);
  });

  const failing: [string, string, string][] = [
    [
      'a test fails',
      `test('a', () => {}); test('b', () => expect(1).toBe(2));`,
      '1 passed, 1 failed, 0 skipped',
    ],
    [
      'a file does not load',
      `test('a', () => {}); throw new Error('broken');`,
      '0 passed, 1 failed, 0 skipped',
    ],
    ['a file does not parse', `test('a', () => {`, '0 passed, 1 failed, 0 skipped'],
    ['a file has no tests', '', '0 passed, 1 failed, 0 skipped'],
    [
      'an error is handled by nobody',
      `test('a', async () => { Promise.reject(new Error('stray')); await new Promise((r) => setTimeout(r, 50)); });`,
      '1 passed, 1 failed, 0 skipped',
    ],
    [
      'a hook after the tests fails',
      `afterAll(() => { throw 1; }); test('a', () => {});`,
      '1 passed, 1 failed, 0 skipped',
    ],
    [
      'a hook before the tests fails',
      `beforeAll(() => { throw 1; }); test('a', () => {}); test('b', () => {});`,
      '0 passed, 1 failed, 2 skipped',
    ],
    // The test, and the death.
    [
      'the process of the tests dies',
      `test('a', () => process.kill(process.pid, 'SIGKILL'));`,
      '0 passed, 2 failed, 0 skipped',
    ],
    ['every test is skipped', `test.skip('a', () => {});`, '0 passed, 1 failed, 1 skipped'],
    [
      'a test writes into the home of the user',
      `import { writeFileSync } from 'node:fs'; import { homedir } from 'node:os';
       test('a', () => writeFileSync(homedir() + '/.bashrc', ''));`,
      '1 passed, 1 failed, 0 skipped',
    ],
    [
      'only some tests may run',
      `test.only('a', () => {}); test('b', () => {});`,
      '0 passed, 1 failed, 1 skipped',
    ],
  ];
  test.for(failing)('fails when %s', async ([, tests, lastLine], context) => {
    const outcome = await npmTest(context, { tests });
    context.expect(outcome).toMatchObject({ exitCode: 1, lastLine });
  });

  test('fails when vitest does not come to the tests', async (context) => {
    const outcome = await npmTest(context, { tests: `test('a', () => {});`, args: ['--no-such-option'] });
    context.expect(outcome).toMatchObject({ exitCode: 1, lastLine: '0 passed, 1 failed, 0 skipped' });
  });

  test('fails when the build fails, and says how', async (context) => {
    const outcome = await npmTest(context, {
      tests: `test('a', () => {});`,
      build: 'throw new Error("crooked")',
    });
    context.expect(outcome).toMatchObject({ exitCode: 1, lastLine: '0 passed, 1 failed, 0 skipped' });
    context.expect(outcome.stdout).toContain('crooked');
  });

  test('takes filters', async (context) => {
    const tests = `test('a', () => {}); test('b', () => { throw 1; });`;
    const picked = await npmTest(context, { tests, args: ['-t', 'a', 'test/a'] });
    context.expect(picked).toMatchObject({ exitCode: 0, lastLine: '1 passed, 0 failed, 1 skipped' });
    const none = await npmTest(context, { tests, args: ['no-such-file'] });
    context.expect(none).toMatchObject({ exitCode: 1, lastLine: '0 passed, 1 failed, 0 skipped' });
  });

  test('shows the tests nothing of the environment that it is started in', async (context) => {
    const env = {
      MEGALLM_API_KEY: 'sk-mega-canary',
      OPENAI_API_KEY: 'canary',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      no_proxy: '*',
      NODE_EXTRA_CA_CERTS: '/dev/null',
      CI: 'true',
      GITHUB_ENV: '/dev/null',
      SSH_CONNECTION: '::1 1 ::1 22',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/dev/null',
      XDG_CONFIG_HOME: '/dev/null',
    };
    const outcome = await npmTest(context, {
      env,
      tests: `test('a', () => {
        const seen = Object.keys(process.env).filter((name) => ${JSON.stringify(Object.keys(env))}.includes(name));
        expect(seen).toEqual([]);
        expect(JSON.stringify(process.env)).not.toContain('canary');
      });`,
    });
    context.expect(outcome).toMatchObject({ exitCode: 0, lastLine: '1 passed, 0 failed, 0 skipped' });
  });
});
