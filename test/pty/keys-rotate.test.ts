import { expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

async function startRotate({ home, sandbox }: Awaited<ReturnType<typeof signedInHome>>) {
  const env = { ...sandbox.environment, LANG: 'C.UTF-8' };
  return openTerminal(process.execPath, [megallmBin, 'keys', 'rotate'], { home, cols: 160, env });
}

it.each([
  ['n\r', 7],
  ['\x03', 130],
])('answered with %j, a pasted key is not rotated', async (answer, exitCode) => {
  const situation = await signedInHome();
  const before = [situation.sandbox.liveKeys(), situation.home.snapshot()];
  const terminal = await startRotate(situation);
  await terminal.waitFor('Profile default');
  await terminal.waitFor('Go on?');
  terminal.type(answer);
  expect(await terminal.exit()).toMatchObject({ exitCode });
  expect([situation.sandbox.liveKeys(), situation.home.snapshot()]).toEqual(before);
});

it('answered with yes, it is', async () => {
  const situation = await signedInHome();
  const terminal = await startRotate(situation);
  await terminal.waitFor('Go on?');
  terminal.type('y\r');
  expect(await terminal.exit()).toMatchObject({ exitCode: 0 });
  const stored = situation.home.read('.megallm/profiles/default/credentials').toString().trim();
  expect(situation.sandbox.liveKeys().map(({ key }) => key)).toEqual([stored]);
  expect(stored).not.toBe(situation.key);
  expect(terminal.raw()).not.toContain(stored.slice(20));
});
