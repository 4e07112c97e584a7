import { expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

async function atTerminal() {
  const situation = await signedInHome();
  const { home, sandbox } = situation;
  const start = (args: readonly string[], cols = 120) =>
    openTerminal(process.execPath, [megallmBin, ...args], {
      home,
      cols,
      env: { ...sandbox.environment, LANG: 'C.UTF-8' },
    });
  const live = () => sandbox.liveKeys().map(({ name }) => name);
  return { ...situation, start, live };
}

it('keys revoke names the key and the profile, and revokes on a yes alone', async () => {
  const { live, sandbox, start } = await atTerminal();
  const { id } = sandbox.issueKey({ name: 'ci' });
  for (const [answer, exitCode] of [
    ['n\r', 130],
    ['\r', 130],
    ['\x03', 130],
  ] as const) {
    const terminal = start(['keys', 'revoke', 'ci']);
    await terminal.waitFor(`Revoke ci (${id}, made just now, Acme`);
    await terminal.waitFor('profile default?');
    terminal.type(answer);
    expect(await terminal.exit()).toMatchObject({ exitCode });
    expect(live()).toContain('ci');
  }
  const terminal = start(['keys', 'revoke', 'ci']);
  await terminal.waitFor('Revoke ci');
  terminal.type('y\r');
  expect(await terminal.exit()).toMatchObject({ exitCode: 0 });
  expect(live()).not.toContain('ci');
});

it('keys create asks before it makes another key of a name, and tells its age', async () => {
  const { live, sandbox, start } = await atTerminal();
  sandbox.issueKey({ name: 'ci' });
  for (const [answer, exitCode, count] of [
    ['n\r', 2, 1],
    ['y\r', 0, 2],
  ] as const) {
    const terminal = start(['keys', 'create', '--name', 'ci', '--to', 'dotenv', '--expires', '90d']);
    await terminal.waitFor('There is a key called "ci", made just now. Make another?');
    terminal.type(answer);
    expect(await terminal.exit()).toMatchObject({ exitCode });
    expect(live().filter((name) => name === 'ci')).toHaveLength(count);
  }
});

it('switch-org lets the person choose, and asks before it makes a key', async () => {
  const { home, sandbox, start } = await atTerminal();
  const terminal = start(['switch-org']);
  await terminal.waitFor('Which organisation?');
  await terminal.waitFor(/Acme.*in use/);
  terminal.type('\x1b[B\r');
  await terminal.waitFor('Profile default has no key for Globex. Make one?');
  terminal.type('y\r');
  expect(await terminal.exit()).toMatchObject({ exitCode: 0 });
  const stored = home.read('.megallm/profiles/default/credentials').toString().trim();
  expect(sandbox.liveKeys()).toContainEqual(expect.objectContaining({ key: stored, org: 'org_globex' }));
  expect(terminal.raw()).not.toContain(stored.slice(20));
});

it('profile rm names the profile, and removes nothing without a yes', async () => {
  const { home, run, sandbox, start } = await atTerminal();
  const work = sandbox.issueKey().key;
  await run(['login', '--with-key', '--insecure-storage', '--profile', 'work'], { stdin: work });
  const before = home.snapshot();
  const terminal = start(['profile', 'rm', 'work', '--revoke']);
  await terminal.waitFor('Remove profile work, its key, and revoke');
  terminal.type('n\r');
  expect(await terminal.exit()).toMatchObject({ exitCode: 130 });
  expect(home.snapshot()).toEqual(before);
  expect(sandbox.liveKeys().map(({ key }) => key)).toContain(work);
});

it.each([
  [80, /^✓ Sandbox key +sk-mega-\w{4}… +never +key_\w{16}$/m],
  [40, /^✓ Sandbox key\n {2}Key +sk-mega-\w{4}…\n {2}Expires +never\n {2}Id +key_\w{16}$/m],
])('keys list fits %i columns', async (cols, expected) => {
  const { sandbox, start } = await atTerminal();
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  sandbox.issueKey({ name: 'a name that goes on for very long, as names do', expiresAt: soon });
  const terminal = start(['keys', 'list'], cols);
  expect(await terminal.exit()).toMatchObject({ exitCode: 0 });
  // No line was wrapped.
  if (cols === 80) expect(terminal.lines()).toEqual(terminal.screen());
  expect(terminal.lines().join('\n')).toMatch(expected);
  expect(terminal.lines().join('\n')).toMatch(/! \d{4}-\d\d-\d\d \d\d:\d\d/);
});
