import { expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

/** What ASCII text may be drawn with. */
const ascii = /^[\x07\x08\x0a\x0d\x1b\x20-\x7e]*$/;

it.each([
  ['LC_ALL=C', { LC_ALL: 'C' }],
  ['LANG=C under another LC_CTYPE', { LANG: 'en_US.UTF-8', LC_CTYPE: 'C' }],
  ['TERM=dumb', { TERM: 'dumb', LANG: 'C.UTF-8' }],
])('%s: a terminal gets ASCII alone', async (_, locale) => {
  const { home, sandbox } = await signedInHome();
  for (const args of [['status'], ['keys', 'list'], ['undo', '--list']]) {
    const env = { ...sandbox.environment, ...locale };
    const session = openTerminal(process.execPath, [megallmBin, ...args], { home, env });
    await session.exit(30_000);
    expect(session.raw()).toMatch(ascii);
    expect(session.lines().join('').length).toBeGreaterThan(10);
  }
});

it('LC_ALL=C: a pipe gets UTF-8 all the same', async () => {
  const { run } = await signedInHome();
  expect((await run(['status'], { env: { LC_ALL: 'C' } })).stdout).toContain('✓');
});
