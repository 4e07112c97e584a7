import { describe, expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { freshHome, signedInHome } from '../support/signed-in-home.ts';
import { openTerminal, type TerminalSession } from '../support/terminal.ts';

type Situation = Awaited<ReturnType<typeof freshHome>>;

async function openWizard(
  { home, sandbox }: Situation,
  { args = [], env = {}, cols = 100 }: { args?: string[]; env?: Record<string, string>; cols?: number } = {},
): Promise<TerminalSession> {
  return openTerminal(process.execPath, [megallmBin, ...args], {
    home,
    cols,
    rows: 50,
    env: { ...sandbox.environment, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/bash', ...env },
  });
}

/** From the first question to the list of what can be set up, with a key that is pasted. */
async function pasteKey(terminal: TerminalSession, key: string): Promise<void> {
  await terminal.waitFor('Where does your key come from?');
  terminal.type('\x1b[B\r');
  await terminal.waitFor('Paste your MegaLLM key');
  terminal.type(`${key}\r`);
  await terminal.waitFor('plain-text file');
  terminal.type('y\r');
  await terminal.waitFor('What should use it?');
}

describe('the wizard', () => {
  it('leads from nothing to a shell that sees the key', async () => {
    const situation = await freshHome();
    const { home, key } = situation;
    home.write('.bashrc', '# mine\n');
    const terminal = await openWizard(situation);
    await pasteKey(terminal, key);
    terminal.type('\r');
    await terminal.waitFor('Apply these changes?');
    expect(home.snapshot().has('.megallm')).toBe(false);
    terminal.type('\x1b[B\x1b[B\r');
    await terminal.waitFor('# >>> megallm >>>');
    terminal.type('\r');
    expect((await terminal.exit(30_000)).exitCode).toBe(0);
    const shown = terminal.lines().join('\n');
    expect(shown).toMatch(/✓ Key verified +sk-mega-.{4}….{4} · \d+ ms · 8 models/);
    expect(shown).toMatch(/~\/\.bashrc +\+ 3 lines/);
    expect(shown).toMatch(/✓ Applied/);
    expect(shown).toMatch(/✓ bash +a new bash \(login, interactive\) sees the key/);
    expect(shown).toContain('→ exec bash');
    expect(terminal.raw()).not.toContain(key.slice(20));
    expect(home.read('.bashrc').toString()).toMatch(/# mine\n$/);
  });

  it('goes back with Esc, and is cancelled by it at the first question', async () => {
    const situation = await freshHome();
    const terminal = await openWizard(situation);
    await pasteKey(terminal, situation.key);
    terminal.type('\r');
    await terminal.waitFor('Apply these changes?');
    terminal.type('\x1b');
    await terminal.waitFor(/What should use it\?[\s\S]*What should use it\?/);
    terminal.type('\x1b');
    await terminal.waitFor(/Where does your key come from\?[\s\S]*Where does your key come from\?/);
    terminal.type('\x1b');
    expect((await terminal.exit()).exitCode).toBe(130);
    expect([...situation.home.snapshot().keys()]).toEqual(['.']);
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['No', '\x1b[B\r'],
  ])('changes nothing after %s at the review', async (_, keys) => {
    const situation = await freshHome();
    const terminal = await openWizard(situation);
    await pasteKey(terminal, situation.key);
    terminal.type('\r');
    await terminal.waitFor('Apply these changes?');
    terminal.type(keys);
    expect((await terminal.exit()).exitCode).toBe(130);
    expect([...situation.home.snapshot().keys()]).toEqual(['.']);
  });

  it('keeps a key that was made by signing in, and says so, whatever comes after', async () => {
    const situation = await freshHome();
    const { home, sandbox } = situation;
    sandbox.deviceInterval = 0.05;
    const terminal = await openWizard(situation, { args: ['setup', '--insecure-storage'] });
    await terminal.waitFor('Where does your key come from?');
    terminal.type('\r');
    await terminal.waitFor('Or in one step:');
    sandbox.approveDevice(sandbox.pendingDevices()[0] ?? '');
    await terminal.waitFor('What should use it?');
    terminal.type('\x03');
    expect((await terminal.exit()).exitCode).toBe(130);
    expect(terminal.lines().join('\n')).toContain('your new key stays stored in profile default');
    const stored = home.read('.megallm/profiles/default/credentials').toString().trim();
    expect(stored).toBe(sandbox.liveKeys().at(-1)?.key);
    expect(home.snapshot().has('.bashrc')).toBe(false);
  });

  it('applies no plan that would come out otherwise by now', async () => {
    const situation = await freshHome();
    const { home, key } = situation;
    home.write('.bashrc', '# mine\n');
    const terminal = await openWizard(situation);
    await pasteKey(terminal, key);
    terminal.type('\r');
    await terminal.waitFor('Apply these changes?');
    home.write('.bashrc', '# changed\n');
    terminal.type('\r');
    expect((await terminal.exit()).exitCode).toBe(7);
    expect(home.read('.bashrc').toString()).toBe('# changed\n');
    expect(home.snapshot().has('.megallm/profiles')).toBe(false);
  });

  it('asks for another key when the service refuses one', async () => {
    const situation = await freshHome();
    const terminal = await openWizard(situation, { args: ['setup', '--insecure-storage'] });
    await terminal.waitFor('Where does your key come from?');
    terminal.type('\x1b[B\r');
    await terminal.waitFor('Paste your MegaLLM key');
    terminal.type(`sk-mega-${'0'.repeat(64)}\r`);
    await terminal.waitFor(/Where does your key come from\?[\s\S]*Where does your key come from\?/);
    terminal.type('\x03');
    expect((await terminal.exit()).exitCode).toBe(130);
  });

  it('fits 40 columns, has no colour under NO_COLOR, and only ASCII where there is no more', async () => {
    const situation = await signedInHome();
    situation.home.write('.bashrc', '# mine\n');
    const env = { NO_COLOR: '1', TERM: 'linux' };
    const terminal = await openWizard(situation, { args: ['setup'], cols: 40, env });
    await terminal.waitFor('What should use it?');
    terminal.type('\r');
    await terminal.waitFor('Apply these changes?');
    terminal.type('\r');
    expect((await terminal.exit(30_000)).exitCode).toBe(0);
    expect(terminal.raw()).not.toMatch(/\x1b\[\d+m|[^\x00-\x7f]/);
    expect(terminal.lines().join('\n')).toContain('ok Applied');
  });

  it('can be read aloud: with --plain nothing is redrawn', async () => {
    const situation = await signedInHome();
    situation.home.write('.bashrc', '# mine\n');
    const terminal = await openWizard(situation, { args: ['setup', '--plain'] });
    await terminal.waitFor('Numbers to change, or Enter to go on, b to go back: ');
    terminal.type('7\r');
    await terminal.waitFor('There is no number 7.');
    terminal.type('\r');
    await terminal.waitFor('Number, 1 to 3, b to go back: ');
    terminal.type('3\r');
    await terminal.waitFor(/\+ +1 +# >>> megallm >>>[\s\S]*Number, 1 to 3/);
    terminal.type('1\r');
    expect((await terminal.exit(30_000)).exitCode).toBe(0);
    expect(terminal.raw()).not.toMatch(/\x1b\[\d*[A-HJK]/);
  });
});

it('megallm alone is a short status once all is set up', async () => {
  const situation = await signedInHome();
  expect(await situation.run(['env', 'write', '--to', 'dotenv'])).toMatchObject({ exitCode: 0 });
  const terminal = await openWizard(situation);
  expect((await terminal.exit()).exitCode).toBe(0);
  expect(terminal.lines().join('\n')).toMatch(/✓ dotenv[\s\S]*→ megallm doctor/);
});
