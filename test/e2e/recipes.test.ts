import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { logOf, variablesOf } from '../support/github-runner.ts';
import { megallmBin } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** A code block of README.md, by the name in the comment above it. */
function recipe(name: string): string {
  const found = new RegExp(`<!-- recipe: ${name} -->\\s*\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (found === undefined) throw new Error(`README.md has no recipe ${name}.`);
  return found;
}

const forms = ['MEGALLM_API_KEY', 'OPENAI_API_KEY', 'OPENAI_BASE_URL'];
const show = `printf '%s\\n' ${forms.map((name) => `"${name}=$${name}"`).join(' ')} > seen`;

/**
 * A machine with megallm and npx on its PATH, and in place of each other program a fake that writes down what it was
 * given, and refuses what the recipe does not say.
 */
async function machine(fakes: Readonly<Record<string, string>> = {}) {
  const situation = await signedInHome();
  const { home, sandbox } = situation;
  const program = (name: string, body: string) => home.write(`bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755);
  program('megallm', `exec '${process.execPath}' '${megallmBin}' "$@"`);
  program('npx', '[ "$1" = megallm@latest ] || exit 97; shift; exec megallm "$@"');
  for (const [name, body] of Object.entries(fakes)) program(name, body);
  const env = { ...sandbox.environment, PATH: [join(home.path, 'bin'), process.env.PATH].join(delimiter) };
  const sh = (script: string, more: { env?: Record<string, string>; stdin?: string } = {}) =>
    runProgram('sh', ['-c', script], { home, ...more, env: { ...env, ...more.env } });
  const seen = (file = 'seen') => home.read(file).toString();
  return { ...situation, env, sh, seen };
}

/** A fake that takes exactly these arguments, and a key on stdin. */
const takes = (args: string) => `[ "$*" = '${args}' ] || { echo "unexpected: $*" >&2; exit 97; }; cat > seen`;

it('GitHub Actions: later steps see the key, and the log never does', async () => {
  const { home, sh, seen, sandbox, key } = await machine({ npm: `[ "$*" = test ] || exit 97; env; ${show}` });
  const { steps } = parseYaml(recipe('github-actions')).jobs.test;
  let given: Record<string, string> = {};
  let output = '';
  for (const step of steps.filter(({ run }: { run?: string }) => run)) {
    home.write('set_env', '');
    const own = Object.fromEntries(Object.keys(step.env ?? {}).map((name) => [name, sandbox.issueKey().key]));
    const env = {
      ...given,
      ...own,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ENV: join(home.path, 'set_env'),
    };
    const outcome = await sh(step.run, { env });
    expect(outcome.exitCode).toBe(0);
    output += outcome.stdout + outcome.stderr;
    given = { ...given, ...variablesOf(seen('set_env')) };
  }
  expect(given.MEGALLM_API_KEY).toMatch(/^sk-mega-/);
  expect(given.MEGALLM_API_KEY).not.toBe(key);
  expect(seen()).toContain(`OPENAI_API_KEY=${given.MEGALLM_API_KEY}`);
  expect(output).toContain(given.MEGALLM_API_KEY);
  expect(logOf(output)).not.toContain(given.MEGALLM_API_KEY);
});

it('GitLab CI: the tests see the key, and the log does not', async () => {
  const { sh, seen, sandbox } = await machine({ npm: `[ "$*" = test ] || exit 97; ${show}` });
  const { key } = sandbox.issueKey();
  for (const line of parseYaml(recipe('gitlab-ci')).test.script) {
    const outcome = await sh(line, { env: { MEGALLM_API_KEY: key, CI: 'true', GITLAB_CI: 'true' } });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout + outcome.stderr).not.toContain(key);
  }
  expect(seen()).toContain(`OPENAI_API_KEY=${key}\n`);
});

it('Dockerfile: the build step has the secret, and the entry point gives the key on', async () => {
  const { home, key, sh, seen } = await machine({ npm: `[ "$*" = 'run build' ] || exit 97; ${show}` });
  const text = recipe('dockerfile').replaceAll('\\\n', '');
  expect(text).not.toMatch(/^(ENV|ARG)/m);
  home.write('run/secrets/MEGALLM_API_KEY', key);
  const step = /^RUN --mount=type=secret,id=MEGALLM_API_KEY (.*)$/m.exec(text)?.[1] ?? '';
  const build = await sh(step.replace('/run/secrets', join(home.path, 'run/secrets')));
  expect(build.exitCode).toBe(0);
  expect(seen()).toContain(`MEGALLM_API_KEY=${key}\n`);
  const list = (name: string): string[] =>
    JSON.parse(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? '');
  home.write('server.js', 'process.stdout.write(process.env.OPENAI_API_KEY)');
  const words = [...list('ENTRYPOINT'), ...list('CMD')].map((word) => `'${word}'`).join(' ');
  expect((await sh(words, { env: { MEGALLM_API_KEY: key } })).stdout).toBe(key);
});

it('Docker: the key is in the environment of docker, and in none of its arguments', async () => {
  const { key, sh, seen } = await machine({ docker: 'echo "$MEGALLM_API_KEY docker $*" >> seen' });
  expect(await sh(recipe('docker'))).toMatchObject({ exitCode: 0, stdout: '' });
  expect(seen().trimEnd().split('\n')).toEqual([
    `${key} docker build --secret id=MEGALLM_API_KEY,env=MEGALLM_API_KEY --tag app .`,
    `${key} docker run --init --env MEGALLM_API_KEY app`,
  ]);
});

it('Docker Compose: the file has a reference, and Compose the key', async () => {
  const { home, key, sh, seen } = await machine({ docker: 'echo "$MEGALLM_API_KEY $*" > seen' });
  home.write('compose.yaml', 'services:\n  web:\n    image: app\n  db:\n    image: postgres\n');
  expect(await sh(recipe('compose'))).toMatchObject({ exitCode: 0, stdout: '' });
  expect(seen()).toBe(`${key} compose up --detach\n`);
  expect(seen('compose.yaml')).not.toContain(key);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own form
  expect(seen('compose.yaml')).toContain('- MEGALLM_API_KEY=${MEGALLM_API_KEY}\n');
});

it('devcontainer: the container has the key of the machine, and is well', async () => {
  const { key, sh } = await machine();
  const { remoteEnv, postCreateCommand } = JSON.parse(recipe('devcontainer'));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the devcontainer's own form
  expect(remoteEnv).toEqual({ MEGALLM_API_KEY: '${localEnv:MEGALLM_API_KEY}' });
  const outcome = await sh(postCreateCommand, { env: { MEGALLM_API_KEY: key } });
  expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('0 failed') });
  expect(outcome.stdout).not.toContain(key);
});

it('onboarding: without a keychain it says so, and stores nothing', async () => {
  const { home, sandbox, sh } = await machine();
  const { key } = sandbox.issueKey();
  const env = { MEGALLM_PROFILE: 'other' };
  const outcome = await sh(recipe('onboarding'), { stdin: key, env });
  expect(outcome).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('--insecure-storage') });
  expect([...home.snapshot().keys()].filter((path) => /other|bashrc/.test(path))).toEqual([]);
});

describeWith(requirements.bash, 'onboarding', () => {
  it('a profile that stores its key already is brought up to date, again and again', async () => {
    const { home, sandbox, sh, seen } = await machine();
    const { key } = sandbox.issueKey();
    for (const _ of ['first', 'second']) {
      const outcome = await sh(recipe('onboarding'), { stdin: key });
      expect(outcome.exitCode).toBe(0);
      expect(outcome.stdout + outcome.stderr).not.toContain(key);
    }
    expect(JSON.parse(seen('megallm-report.json'))).toMatchObject({ ok: true });
    const script = 'printf %s "$ANTHROPIC_API_KEY"';
    expect((await runProgram('bash', ['-lc', script], { home })).stdout).toBe(key);
  });
});

describeWith(requirements.direnv, 'direnv', () => {
  it('has the key in the folder, and the file has none', async () => {
    const { home, key, sh, env } = await machine();
    home.write('app/.envrc', recipe('direnv'));
    await sh('direnv allow app');
    const script = 'direnv exec app sh -c \'printf %s "$OPENAI_API_KEY"\'';
    expect((await runProgram('sh', ['-c', script], { home, env })).stdout).toBe(key);
    expect(home.read('app/.envrc').toString()).not.toContain(key);
  });
});

it('systemd: the service starts with the key', async () => {
  const { home, key, sh } = await machine();
  home.write('agent.js', 'process.stdout.write(process.env.OPENAI_API_KEY)');
  const command = /^ExecStart=(.*)$/m.exec(recipe('systemd'))?.[1] ?? '';
  expect((await sh(command.replace('%h', home.path))).stdout).toBe(key);
});

describe('a secret manager', () => {
  it.each([
    ['gh', 'secret set MEGALLM_API_KEY'],
    ['op', 'document create - --title MEGALLM_API_KEY'],
    ['vault', 'kv put secret/megallm api_key=-'],
    ['kubectl', 'create secret generic megallm --from-file=MEGALLM_API_KEY=/dev/stdin'],
  ])('gets a key of its own on stdin, and in no argument: %s', async (name, args) => {
    const { key, sandbox, sh, seen } = await machine({ [name]: takes(args) });
    const outcome = await sh(recipe(name));
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '' });
    const made = sandbox.liveKeys().at(-1)?.key ?? '';
    expect(made).not.toBe(key);
    expect(seen().trimEnd()).toBe(made);
    expect(outcome.stderr).not.toContain(made);
  });
});
