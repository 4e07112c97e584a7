import { describe, expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { freshHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

async function startLogin(args: readonly string[], env: Record<string, string> = {}) {
  const { home, key, sandbox } = await freshHome();
  const terminal = await openTerminal(process.execPath, [megallmBin, 'login', ...args], {
    home,
    cols: 120,
    rows: 30,
    env: { ...sandbox.environment, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
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

describe('for a screen reader, with MEGALLM_PLAIN', () => {
  const plain = { MEGALLM_PLAIN: '1' };

  it('asks in lines that are written once, and shows no key', async () => {
    const { home, key, terminal } = await startLogin(['--with-key'], plain);
    await terminal.waitFor('(y or n, Enter for no): ');
    terminal.type('what\r');
    await terminal.waitFor('Please answer with y or n.');
    terminal.type('yes\r');
    await terminal.waitFor('it is not shown');
    terminal.type(`${key}\r`);
    await terminal.waitFor('Stored');
    expect((await terminal.exit()).exitCode).toBe(0);
    expect(terminal.raw()).not.toContain(key.slice(20));
    // Nothing moves the cursor or clears a line.
    expect(terminal.raw()).not.toMatch(/\x1b\[\d*[A-HJK]/);
    expect(home.read('.megallm/profiles/default/credentials').toString()).toBe(`${key}\n`);
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['the end of the input', '\x04'],
  ])('is cancelled by %s', async (_, keys) => {
    for (const args of [['--with-key'], ['--with-key', '--insecure-storage']]) {
      const { home, terminal } = await startLogin(args, plain);
      await terminal.waitFor(/Enter for no|not shown/);
      terminal.type(keys);
      expect((await terminal.exit()).exitCode).toBe(130);
      expect([...home.snapshot().keys()]).toEqual(['.']);
    }
  });
});
