/** What a repository, or whoever else writes files that doctor reads, can make of it. */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

type Situation = Awaited<ReturnType<typeof signedInHome>>;

/** Claude Code linked, and the program of its key command replaced by a script, there and in what megallm remembers. */
async function linkedTo(script: string): Promise<Situation> {
  const situation = await signedInHome();
  const { home, run } = situation;
  await run(['link', 'claude']);
  home.write('helper', `#!/bin/sh\n${script}\n`, 0o700);
  for (const file of ['.claude/settings.json', '.megallm/profiles/default/profile.json']) {
    const text = home.read(file).toString().replaceAll(process.execPath, join(home.path, 'helper'));
    home.write(file, text, 0o600);
  }
  return situation;
}

describe('a key command', () => {
  it.each([
    ['in front of ours', (ours: string) => `touch ran; ${ours}`],
    ['of the same form', () => '/bin/sh ./megallm key print --profile default'],
    ['by substitution', (ours: string) => ours.replace('key print', '$(touch ran) key print')],
  ])('that was put there %s is not run', async (_, change) => {
    const { home, run } = await signedInHome();
    await run(['link', 'claude']);
    home.write('megallm', 'touch ran\n');
    const settings = JSON.parse(home.read('.claude/settings.json').toString());
    settings.apiKeyHelper = change(settings.apiKeyHelper);
    home.write('.claude/settings.json', JSON.stringify(settings), 0o600);
    const { stdout } = await run(['doctor', '--json']);
    expect(existsSync(join(home.path, 'ran'))).toBe(false);
    expect(stdout).toContain('apiKeyHelper is not as megallm wrote it');
  });

  it.each([[['--json']], [[]], [['--report', '--json']]])(
    'that tells the key on stderr tells it nobody else (%j)',
    async (flags) => {
      const { key, run } = await linkedTo(
        'key=$(cat .megallm/profiles/default/credentials); echo "$key" >&2; exit 3',
      );
      const { stdout, stderr } = await run(['doctor', ...flags]);
      expect(stdout + stderr).toMatch(/its key command gives no key: sk-mega-\w{4}…/);
      expect(stdout + stderr).not.toContain(key);
    },
  );
});

it.each([
  ['.envrc of nothing but line ends', '.envrc', '\n'.repeat(400_000)],
  ['.envrc that sets the key again and again', '.envrc', 'export MEGALLM_API_KEY=x\n'.repeat(100_000)],
  ['.env that sets the key again and again', '.env', 'MEGALLM_API_KEY=x\n'.repeat(200_000)],
])('a %s holds nothing up', async (_, file, text) => {
  const { home, run } = await signedInHome();
  home.write(`repository/${file}`, text);
  const cwd = join(home.path, 'repository');
  const { exitCode, stdout } = await run(['doctor', '--offline'], { cwd });
  expect(exitCode).toBe(0);
  expect(stdout.length).toBeLessThan(20_000);
});

describeWith(requirements.git, 'in a repository', () => {
  const repository = async () => {
    const situation = await signedInHome();
    const { execFileSync } = await import('node:child_process');
    const cwd = join(situation.home.path, 'repository');
    situation.home.write('repository/README', '');
    const git = (...args: string[]) => execFileSync('git', args, { cwd, env: { ...process.env, HOME: cwd } });
    git('init', '--quiet');
    return { ...situation, cwd, git };
  };

  it('a .env that Git tracks is not mended', async () => {
    const { cwd, git, key, run } = await repository();
    const path = join(cwd, '.env');
    const twice = `MEGALLM_API_KEY=${key}\nMEGALLM_API_KEY=${key}\n`;
    writeFileSync(path, twice);
    git('add', '.env');
    await run(['doctor', '--offline', '--fix', '--yes'], { cwd });
    expect(readFileSync(path, 'utf8')).toBe(twice);
  });

  it('a .env that leads out of it is not mended', async () => {
    const { cwd, home, key, run } = await repository();
    const twice = `MEGALLM_API_KEY=${key}\nMEGALLM_API_KEY=${key}\n`;
    home.write('victim', twice);
    symlinkSync(join(home.path, 'victim'), join(cwd, '.env'));
    await run(['doctor', '--offline', '--fix', '--yes'], { cwd });
    expect(home.read('victim').toString()).toBe(twice);
  });

  it('Git is told to use no protocol, whatever its configuration allows', async () => {
    const { cwd, home, run } = await repository();
    home.write('bin/git', `#!/bin/sh\nenv >> ${join(home.path, 'seen')}\nexit 1\n`, 0o700);
    await run(['doctor', '--offline', '--scan'], {
      cwd,
      env: { PATH: `${join(home.path, 'bin')}:${process.env.PATH}` },
    });
    expect(home.read('seen').toString()).toMatch(/^GIT_ALLOW_PROTOCOL=none$/m);
  });
});
