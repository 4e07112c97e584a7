import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.ts';
import { packInto } from './tarball.ts';
import type { Home } from './temporary-home.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Packs and installs the built package where npx would, with what reads the keychain; the result is its script. */
export async function installInNpxCache(home: Home): Promise<string> {
  const folder = join(home.path, '.npm/_npx/0123456789abcdef');
  mkdirSync(folder, { recursive: true });
  const archive = await packInto(folder);
  const args = ['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', archive];
  const { exitCode, stderr } = await npm(args, { home, cwd: folder, timeout: 60_000 });
  if (exitCode !== 0) throw new Error(`npm install failed: ${stderr}`);
  const modules = join(folder, 'node_modules');
  // Nothing comes from the network here.
  cpSync(join(project, 'node_modules/@napi-rs'), join(modules, '@napi-rs'), { recursive: true });
  return join(modules, '.bin/megallm');
}
