import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withHeaders, withJson } from '../sandbox/answers.ts';
import type { Fault, FaultName } from '../sandbox/faults.ts';
import { presentedCredential } from '../sandbox/requests.ts';
import type { Sandbox } from '../sandbox/service.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';
import type { Home } from '../support/temporary-home.ts';

/** Where a key may be: its storage, and where it was told to go. */
const intended = [
  '.megallm/profiles/default/credentials',
  '.megallm/env.sh',
  '.env',
  '.claude/settings.json',
];

const commands: readonly (readonly string[])[] = [
  ['whoami'],
  ['status'],
  ['doctor', '--verbose'],
  ['env', 'write', '--to', 'dotenv', '--to', 'bash', '--to', 'zsh', '--dry-run'],
  ['env', 'write', '--to', 'dotenv', '--to', 'bash', '--to', 'zsh'],
  ['env', 'write', '--to', 'nowhere'],
  ['env', 'write', '--to', 'dotenv', '--file', '/nowhere/at/all/.env'],
  ['status'],
  ['doctor'],
  ['keys', 'create', '--activate', '--dry-run', '--insecure-storage'],
  ['keys', 'create'],
  ['keys', 'create', '--org', 'nobody', '--to', 'dotenv', '--file', 'new.env'],
  ['run', '--sdk', 'openai,anthropic', '--', 'sh', '-c', ':'],
  ['run', '--', 'no-such-command'],
  ['link', 'claude', '--plain-key', '--dry-run'],
  ['link', 'claude', '--plain-key'],
  ['link', 'opencode'],
  ['unlink', 'opencode'],
  ['keys', 'list'],
  ['keys', 'revoke', 'nobody', '--yes'],
  ['orgs'],
  ['models'],
  ['switch-org', 'org_globex'],
  ['switch-org', 'org_globex', '--dry-run'],
  ['profile', 'list'],
  ['profile', 'rm', 'default', '--dry-run'],
  ['undo', '--list'],
  ['undo', '--dry-run'],
  ['env', 'remove', '--dry-run'],
  ['env', 'remove', '--to', 'zsh'],
  ['undo'],
  ['login', '--with-key', '--insecure-storage'],
  ['login', '--with-key', '--insecure-storage', '--dry-run'],
  ['login', '--with-key'],
  ['login', '--device'],
  ['logout', '--revoke', '--dry-run'],
  ['nonsense'],
];
const forms = [[], ['--json'], ['--debug'], ['--quiet']] as const;

type Encode = (key: string) => string;
const base64: Encode = (text) => Buffer.from(text).toString('base64');

describeWith(requirements.proc, 'a canary key', () => {
  it.each<[string, Encode, FaultName | undefined]>([
    ['as it is', (key) => key, undefined],
    ['in capitals', (key) => key.toUpperCase(), undefined],
    ['without its beginning', (key) => key.slice(8), undefined],
    ['in a URL', (key) => encodeURIComponent(`Bearer ${key}`), undefined],
    ['in base64', base64, undefined],
    ['in base64 of more', (key) => base64(`user:${key}`), undefined],
    ['refusing it', (key) => `Bearer ${key}`, 'unauthorized'],
    ['forbidding it', (key) => key, 'forbidden'],
    ['failing', (key) => key, 'server-error'],
    ['in between', (key) => key, 'html'],
  ])(
    'shows up nowhere when the service echoes it everywhere, %s',
    async (_, encode, fault) => {
      const { home, key, run, sandbox } = await freshHome();
      mkdirSync(join(home.path, 'tmp'));
      const env = { TMPDIR: join(home.path, 'tmp') };
      const watch = watchArguments();
      await run(['login', '--with-key', '--insecure-storage'], { stdin: key, env });
      sandbox.deviceMode = 'deny';
      sandbox.deviceInterval = 0.05;
      sandbox.setFault(mirror(encode));
      if (fault) sandbox.addFault(fault);
      for (const [index, command] of commands.entries()) {
        const form = forms[(index + encode(key).length) % forms.length] ?? [];
        const outcome = await run([...command, ...form], { stdin: `${key}\n`, env });
        for (const trace of traces(key)) {
          expect(outcome.stdout + outcome.stderr, command.join(' ')).not.toContain(trace);
        }
      }
      expect(watch.stop(sandbox)).toEqual([]);
      const paths = sandbox.requests.map(({ path }) => path).join('\n');
      for (const trace of traces(key)) expect(paths).not.toContain(trace);
      expect(placesThatHold(key, home).filter((path) => !intended.includes(path))).toEqual([]);
      sandbox.setFault(undefined);
      expect(await run(['logout', '--keep-key'], { env })).toMatchObject({ exitCode: 0 });
      expect(placesThatHold(key, home)).toEqual([]);
    },
    120_000,
  );

  it('would be seen in an argument', async () => {
    const { home, key, sandbox } = await freshHome();
    const watch = watchArguments();
    await runProgram(process.execPath, ['-e', 'setTimeout(() => {}, 200)', key], { home });
    expect(watch.stop(sandbox)).not.toEqual([]);
  });

  it('shows up nowhere when the service makes it', async () => {
    const { home, run, sandbox } = await signedInHome();
    const watch = watchArguments();
    for (const [index, way] of [
      ['--to', 'dotenv'],
      ['--activate', '--insecure-storage'],
    ].entries()) {
      const outcome = await run(['keys', 'create', '--yes', ...way, ...(forms[index] ?? [])]);
      expect(outcome).toMatchObject({ exitCode: 0 });
      const made = sandbox.liveKeys().at(-1)?.key ?? '';
      for (const trace of traces(made)) expect(outcome.stdout + outcome.stderr).not.toContain(trace);
      expect(placesThatHold(made, home).filter((path) => !intended.includes(path))).toEqual([]);
    }
    expect(watch.stop(sandbox)).toEqual([]);
  });
});

it('a key that only the environment has leaves no copy in the journal', async () => {
  const { home, run, sandbox } = await signedInHome();
  const { key } = sandbox.issueKey();
  const env = { MEGALLM_API_KEY: key };
  expect(await run(['env', 'write', '--to', 'dotenv'], { env })).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toContain(key);
  expect(await run(['env', 'remove'], { env })).toMatchObject({ exitCode: 0 });
  expect(placesThatHold(key, home)).toEqual([]);
  expect(await run(['undo'], { env })).toMatchObject({ exitCode: 0 });
  expect(home.read('.env').toString()).toContain(key);
});

/** A service that puts the key into every text of every answer. */
function mirror(encode: Encode): Fault {
  return async ({ request }, next) => {
    const key = presentedCredential(request)?.key;
    const answer = await next();
    if (key === undefined) return answer;
    const echo = encode(key);
    const names = ['x-debug-auth', 'x-auth-key', 'x-request-id', 'retry-after'];
    const headers = Object.fromEntries(names.map((name) => [name, echo]));
    return withJson(withHeaders(answer, headers), (value) => ({
      ...(withEcho(value, echo) as object),
      debug: { [echo]: echo },
    }));
  };
}

/** What later requests need stays as it is. */
const kept = /^(api_key|api_key_id|org_id|key_prefix)$/;

function withEcho(value: unknown, echo: string): unknown {
  if (typeof value === 'string') return `${value} ${echo}`;
  if (Array.isArray(value)) return value.map((one) => withEcho(one, echo));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, kept.test(name) ? one : withEcho(one, echo)]),
  );
}

/** A piece of each form in which the key could be read. */
function traces(key: string): string[] {
  const all = [key, key.toUpperCase(), ...['', 'a', 'ab'].map((before) => base64(before + key))];
  return all.map((form) => form.slice(24, 56));
}

function placesThatHold(key: string, home: Home): string[] {
  return [...home.snapshot()].flatMap(([path, { type }]) => {
    const text = type === 'file' ? home.read(path).toString('latin1') : '';
    return traces(key).some((trace) => text.includes(trace)) ? [path] : [];
  });
}

/** Looks at the arguments of all processes, over and over; `stop` gives those that had a key of this service. */
function watchArguments(): { stop(sandbox: Sandbox): string[] } {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        if (line.includes('sk-mega-')) seen.add(line);
      } catch {
        // It has just ended.
      }
    }
  };
  const timer = setInterval(look, 5);
  return {
    stop(sandbox) {
      clearInterval(timer);
      return [...seen].filter((line) => sandbox.liveKeys().some(({ key }) => line.includes(key)));
    },
  };
}
