import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Requirement } from './requirements.ts';

/** Packages that weigh too much to stand in every node_modules: installed when something needs them. */
export interface OnDemand extends Requirement {
  /** Where they are, once they are there. */
  readonly modules: string;
}

/** @param wanted a folder of test/ with a package.json and its lock */
export function onDemand(wanted: string, name: string, forNpm: readonly string[] = []): OnDemand {
  const source = fileURLToPath(new URL(`../${wanted}`, import.meta.url));
  // Outside of what the checks look at, and gone with all else that is installed.
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/${wanted}`, import.meta.url));
  const modules = join(folder, 'node_modules');
  return {
    name,
    modules,
    missing() {
      if (areInstalled(source, modules)) return undefined;
      cpSync(source, folder, { recursive: true });
      // No cache in the home, which is nobody's to write into.
      const cache = ['--cache', join(folder, '.npm')];
      const args = [
        'ci',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--fetch-retries=1',
        ...forNpm,
        ...cache,
      ];
      const shell = process.platform === 'win32';
      const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'ignore', timeout: 300_000, shell });
      const done = status === 0 && areInstalled(source, modules);
      return done ? undefined : 'npm could not install them from the registry';
    },
  };
}

function areInstalled(source: string, modules: string): boolean {
  const { dependencies } = readJson(join(source, 'package.json')) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).every(([name, version]) => {
    const installed = readJson(join(modules, name, 'package.json')) as { version?: string } | undefined;
    // `npm:node@22.1.0` is a package under another name.
    return installed?.version === version.slice(version.lastIndexOf('@') + 1);
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
