import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own form
const reference = '${MEGALLM_API_KEY}';
const two = `# ours
services:
  web:
    image: node:22   # pinned
    environment:
      - NODE_ENV=production
  db:
    image: postgres
`;

it('gives a service references, holds no key, and takes them out byte for byte', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  home.write('compose.yaml', two);
  const write = await run(['env', 'write', '--to', 'compose', '--service', 'web', '--sdk', 'openai']);
  expect(write).toMatchObject({ exitCode: 0, stdout: '' });
  const text = home.read('compose.yaml').toString();
  expect(text).not.toContain(key);
  expect(text).toContain('node:22   # pinned');
  expect(parse(text).services.web.environment).toEqual([
    'NODE_ENV=production',
    `MEGALLM_API_KEY=${reference}`,
    `OPENAI_BASE_URL=${sandbox.url}/v1`,
    `OPENAI_API_KEY=${reference}`,
  ]);
  expect(await run(['env', 'write', '--to', 'compose', '--service', 'db'])).toMatchObject({ exitCode: 0 });
  expect(parse(home.read('compose.yaml').toString()).services.db.environment).toEqual([
    `MEGALLM_API_KEY=${reference}`,
  ]);
  expect(await run(['doctor'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('service db') });
  expect(await run(['status'])).toMatchObject({ stdout: expect.stringContaining('a reference to the key') });
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  expect(home.read('compose.yaml').toString()).toBe(text);
  expect(await run(['logout', '--keep-key'])).toMatchObject({ exitCode: 0 });
  expect(home.read('compose.yaml').toString()).toBe(two);
});

it('finds the file, and takes the one service there is', async () => {
  const { home, run } = await signedInHome();
  home.write('docker-compose.yml', 'services:\n  app:\n    image: a\n');
  expect(await run(['env', 'write', '--to', 'compose'])).toMatchObject({ exitCode: 0 });
  const again = home.snapshot().get('docker-compose.yml');
  expect(await run(['env', 'write', '--to', 'compose'])).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('Nothing to change'),
  });
  expect(home.snapshot().get('docker-compose.yml')).toEqual(again);
  expect(await run(['env', 'remove', '--to', 'compose'])).toMatchObject({ exitCode: 0 });
  expect(home.read('docker-compose.yml').toString()).toBe('services:\n  app:\n    image: a\n');
});

it('replaces a value of the user only on a yes', async () => {
  const { home, run } = await signedInHome();
  const text = 'services:\n  app:\n    environment:\n      MEGALLM_API_KEY: sk-mega-another-key-of-mine\n';
  home.write('compose.yaml', text);
  const refused = await run(['env', 'write', '--to', 'compose']);
  expect(refused).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('compose.yaml:4') });
  expect(refused.stderr).not.toContain('another-key');
  expect(await run(['env', 'write', '--to', 'compose', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(parse(home.read('compose.yaml').toString()).services.app.environment).toEqual({
    MEGALLM_API_KEY: reference,
  });
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  expect(home.read('compose.yaml').toString()).toBe(text);
});

it.each<[string, string, string[], number, RegExp]>([
  ['no file', '', [], 2, /--file PATH/],
  ['several services and nobody to ask', two, [], 2, /--service.*\n.*web, db/],
  ['a service that there is not', two, ['--service', 'wbe'], 2, /web, db/],
  ['what is no YAML', 'services: [sk-mega-secret\n', [], 1, /compose\.yaml:\d+:\d+/],
])('changes nothing when there is %s', async (_, text, args, exitCode, message) => {
  const { home, run } = await signedInHome();
  if (text) home.write('compose.yaml', text);
  const before = home.snapshot();
  const outcome = await run(['env', 'write', '--to', 'compose', ...args]);
  expect(outcome).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
  expect(outcome.stderr).not.toContain('sk-mega-secret');
  expect(home.snapshot()).toEqual(before);
});

describeWith(requirements.compose, 'Docker Compose', () => {
  it('fills the references in under run, and from a .env file beside it', async () => {
    const { home, key, run, sandbox } = await signedInHome();
    home.write('compose.yaml', two.replace('# ours', 'version: "3"'));
    await run(['env', 'write', '--to', 'compose', '--service', 'web', '--sdk', 'openai,anthropic']);
    const expected = {
      NODE_ENV: 'production',
      MEGALLM_API_KEY: key,
      OPENAI_BASE_URL: `${sandbox.url}/v1`,
      OPENAI_API_KEY: key,
      ANTHROPIC_BASE_URL: sandbox.url,
      ANTHROPIC_API_KEY: key,
    };
    const wrapped = await run(['run', '--', 'docker-compose', '-f', 'compose.yaml', 'config']);
    expect(parse(wrapped.stdout).services.web.environment).toEqual(expected);
    await run(['env', 'write', '--to', 'dotenv']);
    const alone = await runProgram('docker-compose', ['-f', 'compose.yaml', 'config'], { home });
    expect(parse(alone.stdout).services.web.environment).toEqual(expected);
  });

  it('takes what env print --format compose prints', async () => {
    const { home, key, run } = await signedInHome();
    const { stdout } = await run(['env', 'print', '--format', 'compose', '--sdk', 'openai']);
    expect(stdout).not.toContain(key);
    const indented = stdout.replace(/^(?=.)/gm, '    ');
    home.write('compose.yaml', `version: "3"\nservices:\n  app:\n    image: a\n${indented}`);
    const args = ['-f', 'compose.yaml', 'config'];
    const config = await runProgram('docker-compose', args, { home, env: { MEGALLM_API_KEY: 'k' } });
    expect(parse(config.stdout).services.app.environment).toMatchObject({
      MEGALLM_API_KEY: 'k',
      OPENAI_API_KEY: 'k',
    });
  });
});
