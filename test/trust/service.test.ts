import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { megallm } from '../support/megallm.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { createHome } from '../support/temporary-home.ts';
import { deliver, type HostileAnswer, hostileAnswers, madeUpKey } from './files/hostile-answers.ts';
import { holdsForAll } from './property.ts';
import { patience } from './scale.ts';
import { tally } from './tally.ts';

const commands = [
  ['whoami'],
  ['login', '--with-key', '--insecure-storage'],
  ['login', '--device', '--insecure-storage'],
  ['keys', 'list'],
  ['keys', 'create', '--activate'],
  ['keys', 'revoke', 'key_1', '--yes'],
  ['keys', 'rotate', '--yes'],
  ['models'],
  ['orgs'],
  ['doctor'],
  ['logout', '--revoke', '--yes'],
  ['setup', '--yes', '--to', 'dotenv', '--insecure-storage'],
] as const;

const documented = new Set<number | null>(Object.values(exitCodes));
documented.add(0);

/** A service whose every answer is one of these, in turn. */
async function startHostile(answers: readonly HostileAnswer[]) {
  let count = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const answer = answers[count % answers.length];
      count += 1;
      if (answer) deliver(socket, answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    get count() {
      return count;
    },
    close: () => server.close(),
  };
}

const visits = fc.record({
  command: fc.constantFrom(...commands),
  answers: fc.array(hostileAnswers, { minLength: 1, maxLength: 3 }),
});

it('whatever a service answers, every command ends in time, in its own words, and without a key in them', {
  timeout: patience,
}, async () => {
  const { home, key } = await signedInHome();
  const profile = home.read('.megallm/profiles/default/profile.json').toString();
  const other = JSON.parse(profile).gateway;
  await holdsForAll(visits, { count: 36, atOnce: 12 }, async (all) => {
    await Promise.all(all.map((visit) => check(visit, key, profile, other)));
  });
});

async function check(
  { command, answers }: { command: readonly string[]; answers: readonly HostileAnswer[] },
  key: string,
  profile: string,
  known: string,
): Promise<void> {
  const service = await startHostile(answers);
  using home = createHome();
  home.write('.megallm/profiles/default/credentials', `${key}\n`, 0o600);
  home.write('.megallm/profiles/default/profile.json', profile.replaceAll(known, service.url), 0o600);
  const env = { MEGALLM_BASE_URL: service.url, MEGALLM_WEB_URL: service.url, BROWSER: 'true' };
  const outcome = await megallm([...command, '--json'], { home, env, stdin: `${key}\n`, timeout: 60_000 });
  service.close();
  const said = `${command.join(' ')}: ${outcome.exitCode} ${outcome.stdout}\n${outcome.stderr}`;
  expect(documented, said).toContain(outcome.exitCode);
  const document = JSON.parse(outcome.stdout);
  if (outcome.exitCode !== 0 && command[0] !== 'doctor')
    expect(document.error, said).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  const output = outcome.stdout + outcome.stderr;
  expect(output, said).not.toMatch(/^\s+at .*:\d+/m);
  expect(output.includes(key) || output.includes(madeUpKey), said).toBe(false);
  expect(output, said).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
  const kept = filesIn(home.path).some((text) => text.includes(key) || text.includes(madeUpKey));
  if (command[0] !== 'logout') expect(kept, said).toBe(true);
  tally('a hostile service', { cases: 1, faults: service.count, refused: outcome.exitCode === 0 ? 0 : 1 });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}
