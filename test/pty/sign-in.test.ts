import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeBrowser } from '../support/fake-browser.ts';
import { megallmBin } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { freshHome } from '../support/signed-in-home.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { openTerminal, type TerminalSession } from '../support/terminal.ts';

const browserScreen = 'Press d to sign in on another device';

async function startSignIn(
  args: readonly string[],
  { cols = 80, rows = 24, env = {} as Record<string, string> } = {},
) {
  const { home, sandbox } = await freshHome();
  sandbox.deviceInterval = 0.05;
  // The browser gets nowhere, so that there is time to press a key.
  sandbox.setFault('hang', '/oauth/authorize');
  const before = home.snapshot();
  const terminal = openTerminal(process.execPath, [megallmBin, 'login', '--insecure-storage', ...args], {
    home,
    cols,
    rows,
    env: { ...sandbox.environment, LANG: 'C.UTF-8', ...env },
  });
  return { home, sandbox, terminal, before };
}

it('d changes from the browser to a device code', async () => {
  const { home, sandbox, terminal } = await startSignIn([], { rows: 40, env: fakeBrowser().env });
  await terminal.waitFor(browserScreen);
  const address = terminal.lines().find((line) => line.includes('/oauth/authorize')) ?? '';
  const callback = new URL(address.replace(/^ *→ /, '')).searchParams.get('redirect_uri') ?? '';
  terminal.type('xd');
  await terminal.waitFor('Code');
  await expect(fetch(callback)).rejects.toThrow();
  sandbox.approveDevice(sandbox.pendingDevices()[0] ?? '');
  await terminal.waitFor('Stored');
  expect((await terminal.exit()).exitCode).toBe(0);
  expect(home.read('.megallm/profiles/default/credentials').toString().trim()).toBe(
    sandbox.liveKeys().at(-1)?.key,
  );
});

describe('Ctrl-C leaves nothing behind', () => {
  it.each([
    ['the browser', browserScreen, []],
    ['a device', 'Code', ['--device']],
  ])('while it waits for %s', async (_, text, args) => {
    const { home, sandbox, terminal, before } = await startSignIn(args, { env: fakeBrowser().env });
    await terminal.waitFor(text);
    terminal.type('\x03');
    expect(await terminal.exit()).toEqual({ exitCode: 130, signal: undefined });
    await terminal.waitFor('Cancelled');
    expect(home.snapshot()).toEqual(before);
    expect(sandbox.liveKeys()).toHaveLength(1);
  });

  it('also after d', async () => {
    const { home, terminal, before } = await startSignIn([], { env: fakeBrowser().env });
    await terminal.waitFor(browserScreen);
    terminal.type('d');
    await terminal.waitFor('Code');
    terminal.type('\x03');
    expect(await terminal.exit()).toEqual({ exitCode: 130, signal: undefined });
    expect(home.snapshot()).toEqual(before);
  });
});

describe('the QR code', () => {
  it.each([
    [80, 24, true],
    [40, 24, true],
    [32, 24, false],
    [80, 20, false],
  ])('at %i × %i is there, or left out: %s', async (cols, rows, isThere) => {
    const { sandbox, terminal } = await startSignIn(['--device'], { cols, rows });
    await terminal.waitFor('user_code=');
    const screen = terminal.screen();
    expect(screen.some((line) => line.includes('█'))).toBe(isThere);
    // All of it is on the screen at once.
    expect(screen[0]).toBe(isThere ? '█'.repeat(33) : 'Sign in on any device:');
    const [code = ''] = sandbox.pendingDevices();
    const address = `  → ${sandbox.url}/device?user_code=${code}`;
    expect(terminal.lines()).toEqual(expect.arrayContaining([expect.stringContaining(code), address]));
  });

  it.each([{ LANG: 'C' }, { TERM: 'dumb', LANG: 'C' }])(
    'is left out where it cannot be drawn (%j)',
    async (env) => {
      const { terminal } = await startSignIn(['--device'], { env });
      await terminal.waitFor('user_code=');
      expect(terminal.raw()).not.toContain('█');
    },
  );

  describeWith(requirements.zbarimg, 'on the screen', () => {
    it('reads as the complete address', async () => {
      const { sandbox, terminal } = await startSignIn(['--device']);
      await terminal.waitFor('user_code=');
      const folder = temporaryHome();
      writeFileSync(join(folder.path, 'screen.pgm'), picture(terminal));
      const read = await runProgram('zbarimg', ['--quiet', '--raw', 'screen.pgm'], { home: folder });
      expect(read.stdout.trim()).toBe(`${sandbox.url}/device?user_code=${sandbox.pendingDevices()[0]}`);
    });
  });
});

/** The blocks on the screen as a photograph of a dark terminal: PGM, eight pixels for each half of a character. */
function picture(terminal: TerminalSession): Buffer {
  const size = 8;
  const rows = terminal.screen().filter((line) => /^[█▀▄ ]+$/.test(line));
  const halves = rows.flatMap((row) => [pixels(row, '█▀'), pixels(row, '█▄')]);
  const width = (halves[0]?.length ?? 0) * size;
  const data = halves.flatMap((half) =>
    Array.from({ length: size }, () =>
      half.flatMap((light) => Array<number>(size).fill(light ? 255 : 0)),
    ).flat(),
  );
  return Buffer.concat([Buffer.from(`P5 ${width} ${halves.length * size} 255\n`), Buffer.from(data)]);
}

function pixels(row: string, light: string): boolean[] {
  return [...row].map((character) => light.includes(character));
}
