import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.ts';
import type { Registry } from './registry.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** The built package as `npm pack` makes it, in a folder; the result is its path. */
export async function packInto(folder: string, root = project): Promise<string> {
  const args = ['pack', '--ignore-scripts', '--pack-destination', folder, root];
  const { exitCode, stderr } = await npm(args, { home: { path: folder }, timeout: 60_000 });
  if (exitCode !== 0) throw new Error(`npm pack failed: ${stderr}`);
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
}

/** Publishes it, and what it may install on this machine: nothing comes from further away then. */
export async function publishAll(registry: Registry, tarball: string): Promise<void> {
  const bindings = join(project, 'node_modules/@napi-rs');
  const all = [tarball, ...readdirSync(bindings).map((name) => join(bindings, name))];
  await Promise.all(all.map((each) => registry.publish(each)));
}
