import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Requirement } from './requirements.ts';

const wanted = fileURLToPath(new URL('../sdks', import.meta.url));
/** Outside of what the checks look at, and gone with all else that is installed. */
const folder = fileURLToPath(new URL('../../node_modules/.cache/sdks', import.meta.url));

/** Where the real SDKs are, once `realSdks` is there. */
export const sdkModules = join(folder, 'node_modules');

/** The SDKs of the examples weigh more than everything else together: they are installed when they are needed. */
export const realSdks: Requirement = {
  name: 'the real SDKs',
  missing() {
    if (areInstalled()) return undefined;
    cpSync(wanted, folder, { recursive: true });
    // No cache in the home, which is nobody's to write into.
    const cache = ['--cache', join(folder, '.npm')];
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1', ...cache];
    const shell = process.platform === 'win32';
    const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'ignore', timeout: 300_000, shell });
    return status === 0 && areInstalled() ? undefined : 'npm could not install them from the registry';
  },
};

function areInstalled(): boolean {
  const { dependencies } = readJson(join(wanted, 'package.json')) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).every(([name, version]) => {
    const installed = readJson(join(sdkModules, name, 'package.json')) as { version?: string } | undefined;
    return installed?.version === version;
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
