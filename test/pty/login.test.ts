import { expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { freshHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

async function startLogin(args: readonly string[]) {
  const { home, key, sandbox } = await freshHome();
  const terminal = await openTerminal(process.execPath, [megallmBin, 'login', ...args], {
    home,
    cols: 120,
    rows: 30,
    env: { ...sandbox.environment, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  });
  return { home, key, terminal };
}

it('asks for a key without showing it', async () => {
  const { home, key, terminal } = await startLogin(['--with-key', '--insecure-storage']);
  await terminal.waitFor('Paste your MegaLLM key');
  terminal.type(key);
  await terminal.waitFor('****');
  terminal.type('\r');
  await terminal.waitFor('Stored');
  expect((await terminal.exit()).exitCode).toBe(0);
  expect(terminal.raw()).not.toContain(key.slice(20));
  expect(home.read('.megallm/profiles/default/credentials').toString()).toBe(`${key}\n`);
});

it('is cancelled by Ctrl-C, and nothing is changed', async () => {
  const { home, terminal } = await startLogin(['--with-key', '--insecure-storage']);
  await terminal.waitFor('Paste your MegaLLM key');
  terminal.type('\x03');
  expect((await terminal.exit()).exitCode).toBe(130);
  expect([...home.snapshot().keys()]).toEqual(['.']);
});

it.each([
  ['n', 7],
  ['y', 0],
])(
  'without a keychain asks before it keeps the key in plain text: %s ends with %i',
  async (answer, exitCode) => {
    const { home, key, terminal } = await startLogin(['--with-key']);
    await terminal.waitFor('plain-text file');
    terminal.type(`${answer}\r`);
    if (answer === 'y') {
      await terminal.waitFor('Paste your MegaLLM key');
      terminal.type(`${key}\r`);
    }
    expect((await terminal.exit()).exitCode).toBe(exitCode);
    expect([...home.snapshot().keys()].includes('.megallm/profiles/default/credentials')).toBe(
      answer === 'y',
    );
  },
);
