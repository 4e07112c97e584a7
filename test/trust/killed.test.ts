import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startMegallm } from '../support/megallm.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { patience, scaled } from './scale.ts';
import { tally } from './tally.ts';

const original = '# mine\nA=1\n';

/** Kills one run after another, later and later in its life, and looks at the files each time. */
async function killAtRandomMoments(count: number, command: 'write' | 'undo'): Promise<void> {
  const { home, key, run, sandbox } = await signedInHome();
  home.write('.env', original);
  home.write('.bashrc', original);
  const write = ['env', 'write', '--to', 'dotenv', '--to', 'bash'];
  const whole = {
    '.env': [original, `${original}MEGALLM_API_KEY=${key}\n`],
    '.bashrc': [
      original,
      expect.stringMatching(/^# >>> megallm >>>\nif .* fi\n# <<< megallm <<<\n# mine\nA=1\n$/),
    ],
  };
  let killed = 0;
  for (let round = 0; round < count; round += 1) {
    if (command === 'undo') await run(write);
    const child = startMegallm(command === 'undo' ? ['undo'] : write, { home, env: sandbox.environment });
    const ended = new Promise<void>((resolve) => {
      child.on('close', (_, signal) => {
        if (signal === 'SIGKILL') killed += 1;
        resolve();
      });
    });
    // A run takes about 100 ms: some end by themselves, most are hit somewhere.
    await new Promise((resolve) => setTimeout(resolve, 20 + (round * 120) / count));
    child.kill('SIGKILL');
    await ended;
    for (const [file, [old, fresh]] of Object.entries(whole)) {
      const now = home.read(file).toString();
      if (now !== old) expect(now).toEqual(fresh);
    }
    if (command === 'write' && round % 2 === 0) {
      expect(await run(write)).toMatchObject({ exitCode: 0 });
      expect(leftovers(home.path)).toEqual([]);
      expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
      expect(home.read('.env').toString()).toBe(original);
      expect(home.read('.bashrc').toString()).toBe(original);
    }
  }
  expect(killed).toBeGreaterThan(0);
  tally('random kills', { cases: count, faults: killed });
  expect(await run(write)).toMatchObject({ exitCode: 0 });
  expect(leftovers(home.path)).toEqual([]);
}

it(
  'SIGKILL at random moments of env write leaves each file whole, and the next run cleans up',
  async () => {
    await killAtRandomMoments(scaled(40), 'write');
  },
  patience,
);

it(
  'SIGKILL at random moments of undo leaves each file whole',
  async () => {
    await killAtRandomMoments(scaled(20), 'undo');
  },
  patience,
);

it('20 megallms at once: all succeed, and every edit is there', async () => {
  const { home, key, run } = await signedInHome();
  home.write('.bashrc', original);
  const files = Array.from({ length: 20 }, (_, index) => `.env.${index}`);
  const outcomes = await Promise.all(
    files.map((file, index) =>
      run(['env', 'write', '--to', 'dotenv', '--file', file, ...(index % 2 ? ['--to', 'bash'] : [])]),
    ),
  );
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual(files.map(() => 0));
  tally('megallms at once', { cases: files.length });
  for (const file of files) expect(home.read(file).toString()).toBe(`MEGALLM_API_KEY=${key}\n`);
  const { locations } = JSON.parse(home.read('.megallm/profiles/default/profile.json').toString());
  expect(locations).toHaveLength(21);
  expect(readdirSync(join(home.path, '.megallm/journal')).length).toBeLessThanOrEqual(20);
  expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
  expect(files.filter((file) => existsSync(join(home.path, file)))).toEqual([]);
});

it('writers of one file at once: each line is there', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  home.write('.env', original);
  const others = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      run(['login', '--with-key', '--insecure-storage', '--profile', name], {
        stdin: sandbox.issueKey().key,
      }),
    ),
  );
  expect(others.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  const writes = ['default', 'a', 'b', 'c'].map((name) =>
    run(['env', 'write', '--to', 'dotenv', '--profile', name]),
  );
  expect((await Promise.all(writes)).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
  tally('megallms at once', { cases: writes.length });
  expect(home.read('.env').toString()).toMatch(/^# mine\nA=1\nMEGALLM_API_KEY=sk-mega-[0-9a-f]{64}\n$/);
  expect(key).toMatch(/^sk-mega-/);
});

/** Temporary files and locks anywhere in the home. */
function leftovers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.megallm-|lock/.test(path),
  );
}
