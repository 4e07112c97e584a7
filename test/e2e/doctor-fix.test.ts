import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signedInHome } from '../support/signed-in-home.ts';

const stranger = `sk-mega-${'9'.repeat(64)}`;

/** Two things that can be mended: a credentials file that others can read, and another key in `.env`. */
async function ailing() {
  const situation = await signedInHome();
  const { home, key, run } = situation;
  await run(['env', 'write', '--to', 'dotenv']);
  home.write('.env', `# mine\nMEGALLM_API_KEY=${stranger}\n`);
  const credentials = join(home.path, '.megallm/profiles/default/credentials');
  chmodSync(credentials, 0o644);
  const state = () => ({
    mode: (statSync(credentials).mode & 0o777).toString(8),
    dotenv: home.read('.env').toString(),
  });
  const ill = state();
  const well = { mode: '600', dotenv: `# mine\nMEGALLM_API_KEY=${key}\n` };
  return { ...situation, state, ill, well };
}

it.each([[['doctor', '--fix']], [['doctor', 'fix']]])(
  'without a yes, or anybody to say it, %j shows the plan and changes nothing',
  async (args) => {
    const { ill, run, state } = await ailing();
    const outcome = await run(args);
    expect(outcome.exitCode).toBe(7);
    expect(outcome.stderr).toContain('mode 600');
    expect(outcome.stderr).toContain('→ megallm doctor --fix --yes');
    expect(state()).toEqual(ill);
  },
);

it('a dry run shows the plan and changes nothing', async () => {
  const { ill, run, state } = await ailing();
  const outcome = await run(['doctor', '--fix', '--dry-run']);
  expect(outcome).toMatchObject({ exitCode: 1, stderr: '' });
  expect(outcome.stdout).toMatch(/^-.*mode 644\n\+.*mode 600$/m);
  expect(outcome.stdout).not.toContain(stranger);
  expect(state()).toEqual(ill);
});

it('on a yes it mends and checks again; undo takes that back', async () => {
  const { ill, run, state, well } = await ailing();
  const outcome = await run(['doctor', '--fix', '--yes', '--json']);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  const { ok, checks, mended } = JSON.parse(outcome.stdout);
  expect(ok).toBe(true);
  expect(checks.some(({ fixable }: { fixable: boolean }) => fixable)).toBe(false);
  expect(mended).toMatchObject({
    applied: true,
    changes: expect.arrayContaining([
      {
        kind: 'mode',
        place: expect.stringMatching(/credentials$/),
        action: 'change',
        lines: expect.anything(),
      },
    ]),
  });
  expect(state()).toEqual(well);
  expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
  expect(state()).toEqual({ ...ill, dotenv: ill.dotenv });
});

it('where nothing can be mended it says what it found, and asks nothing', async () => {
  const { run } = await signedInHome();
  const outcome = await run(['doctor', '--fix', '--json']);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(outcome.stdout).mended).toEqual({ applied: false, changes: [] });
});

it('knows no other action', async () => {
  const { run } = await signedInHome();
  expect(await run(['doctor', 'mend'])).toMatchObject({ exitCode: 2, stdout: '' });
});
