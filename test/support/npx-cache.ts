import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './program.ts';
import type { Home } from './temporary-home.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Packs and installs the built package where npx would, with what reads the keychain; the result is its script. */
export async function installInNpxCache(home: Home): Promise<string> {
  const folder = join(home.path, '.npm/_npx/0123456789abcdef');
  mkdirSync(folder, { recursive: true });
  const npm = async (...args: string[]) => {
    const { exitCode, stderr } = await runProgram('npm', args, { home, cwd: folder, timeout: 60_000 });
    if (exitCode !== 0) throw new Error(`npm ${args[0]} failed: ${stderr}`);
  };
  await npm('pack', '--ignore-scripts', '--pack-destination', folder, project);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  await npm('install', '--offline', '--omit=optional', '--no-audit', '--no-fund', join(folder, archive));
  const modules = join(folder, 'node_modules');
  // Nothing comes from the network here.
  cpSync(join(project, 'node_modules/@napi-rs'), join(modules, '@napi-rs'), { recursive: true });
  return join(modules, '.bin/megallm');
}
