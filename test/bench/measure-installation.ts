import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { realRegistry, startRegistry } from '../support/registry.ts';
import { packInto } from '../support/tarball.ts';
import { createHome, type Home } from '../support/temporary-home.ts';
import type { Figures } from './measure-rows.ts';
import { publishedVersion } from './published.ts';
import type { RowId } from './rows.ts';
import { duration, interleaved, type Subject } from './sample.ts';

/**
 * What `npx` installs, and how long it takes where nothing is cached: from a local registry, which has fetched 3.1.0
 * and all that it needs before anything is timed. A text: why it cannot be measured here.
 */
export async function measureInstallation(rounds: number): Promise<Map<RowId, Figures> | string> {
  const missing = realRegistry.missing();
  if (missing !== undefined) return missing;
  const registry = await startRegistry({ uplink: true });
  using ours = createHome();
  using published = createHome();
  try {
    await registry.publish(await packInto(ours.path));
    const npx = (home: Home, version: string): Subject => ({
      file: 'npx',
      args: ['--yes', `megallm@${version}`, '--version'],
      home,
      env: registry.environment,
      reset: () => rmSync(join(home.path, '.npm'), { recursive: true, force: true }),
    });
    const subjects = { megallm: npx(ours, 'latest'), published: npx(published, publishedVersion) };
    const times = await interleaved(
      { megallm: duration(subjects.megallm), published: duration(subjects.published) },
      rounds,
    );
    const [own, old] = [installedBy(ours), installedBy(published)];
    return new Map<RowId, Figures>([
      ['packages', { megallm: own.packages, published: old.packages }],
      ['disk', { megallm: own.megabytes, published: old.megabytes }],
      ['npx', Object.fromEntries(times)],
    ]);
  } finally {
    await registry.close();
  }
}

function installedBy(home: Home): { packages: number; megabytes: number } {
  const caches = join(home.path, '.npm/_npx');
  const modules = join(caches, readdirSync(caches)[0] ?? '', 'node_modules');
  const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
  return { packages: Object.keys(packages).length, megabytes: diskUseOf(modules) / 1_000_000 };
}

/** In bytes, as the disk counts: whole blocks, folders too. */
function diskUseOf(path: string): number {
  const status = lstatSync(path);
  const own = (status.blocks ?? 0) * 512;
  if (!status.isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + diskUseOf(join(path, name)), own);
}
