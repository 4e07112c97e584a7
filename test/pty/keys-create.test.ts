import { expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

async function startCreate(situation: Awaited<ReturnType<typeof freshHome>>, ...more: string[]) {
  const args = [megallmBin, 'keys', 'create', '--insecure-storage', ...more];
  const env = { ...situation.sandbox.environment, LANG: 'C.UTF-8' };
  return openTerminal(process.execPath, args, { home: situation.home, cols: 140, env });
}

it.each([
  ['n\r', 2],
  ['\x03', 130],
])('answered with %j, the question what the new key is for makes none', async (answer, exitCode) => {
  const situation = await signedInHome();
  const before = [situation.sandbox.liveKeys(), situation.home.snapshot()];
  const terminal = await startCreate(situation);
  await terminal.waitFor('Make the new key the one that profile default uses?');
  terminal.type(answer);
  expect(await terminal.exit()).toMatchObject({ exitCode });
  expect([situation.sandbox.liveKeys(), situation.home.snapshot()]).toEqual(before);
});

it('answered with yes, the profile uses it', async () => {
  const situation = await signedInHome();
  const terminal = await startCreate(situation);
  await terminal.waitFor('Make the new key');
  terminal.type('y\r');
  expect(await terminal.exit()).toMatchObject({ exitCode: 0 });
  const stored = situation.home.read('.megallm/profiles/default/credentials').toString().trim();
  expect(stored).toBe(situation.sandbox.liveKeys().at(-1)?.key);
  expect(terminal.raw()).not.toContain(stored.slice(20));
});

it('with nobody signed in, leads to the dashboard and takes the pasted key', async () => {
  const situation = await freshHome();
  const terminal = await startCreate(situation);
  await terminal.waitFor('megallm.io/dashboard');
  await terminal.waitFor('Paste your MegaLLM key');
  terminal.type(`${situation.key}\r`);
  expect(await terminal.exit()).toMatchObject({ exitCode: 0 });
  expect(situation.home.read('.megallm/profiles/default/credentials').toString().trim()).toBe(situation.key);
});
