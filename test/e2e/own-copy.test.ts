import { copyFileSync, linkSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import description from '../../package.json' with { type: 'json' };
import { installInNpxCache } from '../support/npx-cache.ts';
import { runProgram } from '../support/program.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const launcher = '.megallm/bin/megallm';
const settings = '.claude/settings.json';

/** Node itself, at another path. */
function putNode(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  try {
    linkSync(realpathSync(process.execPath), path);
  } catch {
    copyFileSync(process.execPath, path);
  }
  return path;
}

async function linkedFromCache(...args: string[]) {
  const situation = await signedInHome();
  const { home, sandbox } = situation;
  const script = await installInNpxCache(home);
  const node = putNode(join(home.path, 'node-24/bin/node'));
  const cached = (words: string[]) =>
    runProgram(node, [script, ...words], { home, env: sandbox.environment });
  const outcome = await cached(['link', 'claude', ...args]);
  const copied = () => [...home.snapshot().keys()].filter((path) => /^\.megallm\/(lib|bin)/.test(path));
  /** As a program does that was started from a desktop: without any variable. */
  const bare = (...words: string[]) =>
    runProgram('/usr/bin/env', ['-i', join(home.path, launcher), ...words], { home });
  return { ...situation, bare, cached, copied, node, outcome };
}

describe('link from the npx cache', () => {
  it('leaves a copy that prints the key without the cache, without that Node and without variables', async () => {
    const { bare, cached, copied, home, key, node, outcome, run } = await linkedFromCache();
    expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0, stdout: '' });
    expect(outcome.stderr.match(/\.megallm\/lib/g)).toHaveLength(1);
    const { apiKeyHelper } = JSON.parse(home.read(settings).toString());
    expect(apiKeyHelper).toBe(`${join(home.path, launcher)} key print --profile default`);
    const entry = home.snapshot().get(launcher);
    expect(entry).toMatchObject({ type: 'file', mode: 0o700 });
    const binding = copied().filter((path) => path.endsWith('.node'));
    expect(binding).toEqual([expect.stringContaining(`lib/${description.version}/node_modules/@napi-rs/`)]);
    const journal = [...home.snapshot()].filter(([path]) => path.startsWith('.megallm/journal/'));
    // For each file of the copy its place and hashes, and nothing of what is in it.
    const most = copied().length * 1000;
    for (const [, file] of journal) if (file.type === 'file') expect(file.size).toBeLessThan(most);

    const before = home.snapshot();
    expect((await cached(['link', 'claude'])).stderr).toContain('Nothing to change');
    expect(home.snapshot()).toEqual(before);

    rmSync(join(home.path, '.npm'), { recursive: true });
    expect(await bare('key', 'print')).toMatchObject({ exitCode: 0, stdout: `${key}\n`, stderr: '' });
    rmSync(node);
    putNode(join(home.path, '.nvm/versions/node/v24.1.0/bin/node'));
    expect(await bare('key', 'print', '--profile', 'default')).toMatchObject({ stdout: `${key}\n` });
    const doctor = await run(['doctor']);
    expect(doctor).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('✓ Copy for tools') });

    rmSync(join(home.path, '.megallm/lib'), { recursive: true });
    const gone = await bare('key', 'print');
    expect(gone).toMatchObject({
      exitCode: 127,
      stdout: '',
      stderr: expect.stringContaining('npx megallm@latest'),
    });
    expect(await run(['doctor'])).toMatchObject({
      exitCode: 1,
      // Once, and not for each tool that asks it for the key.
      stdout: expect.stringMatching(/✗ Copy for tools[\s\S]* 1 failed/),
    });
  });

  it('gives way to newer versions, never to older ones; unlink and undo leave it, uninstall removes it', async () => {
    const { bare, cached, copied, home, run } = await linkedFromCache();
    const manifest = join('.npm/_npx/0123456789abcdef/node_modules/megallm/package.json');
    const original = home.read(manifest).toString();
    const as = (version: string) => home.write(manifest, original.replace(description.version, version));
    as('3.9.9');
    expect((await cached(['link', 'claude'])).stderr).toContain('Nothing to change');
    expect((await bare('--version')).stdout).toBe(`${description.version}\n`);
    as('10.0.0');
    expect(await cached(['link', 'claude'])).toMatchObject({ exitCode: 0 });
    expect((await bare('--version')).stdout).toBe('10.0.0\n');
    as('10.1.0');
    expect(await cached(['link', 'claude'])).toMatchObject({ exitCode: 0 });
    expect(copied().filter((path) => /^\.megallm\/lib\/[^/]+$/.test(path))).toEqual([
      '.megallm/lib/10.0.0',
      '.megallm/lib/10.1.0',
    ]);
    const files = copied();
    expect(await run(['unlink', 'claude'])).toMatchObject({ exitCode: 0 });
    expect(await run(['undo'])).toMatchObject({ exitCode: 0 });
    expect(copied()).toEqual(files);
    expect((await bare('--version')).stdout).toBe('10.1.0\n');
    expect(await run(['uninstall', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(home.snapshot().has('.megallm')).toBe(false);
  });

  it('copies nothing on a dry run, and for a tool that holds the key itself', async () => {
    const dry = await linkedFromCache('--dry-run');
    expect(dry.outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('create ') });
    expect(dry.outcome.stdout.length).toBeLessThan(3000);
    expect(dry.copied()).toEqual([]);
    expect(await dry.cached(['link', 'claude', '--plain-key'])).toMatchObject({ exitCode: 0 });
    expect(dry.copied()).toEqual([]);
  });
});
