/**
 * `npm run release [-- --tag TAG]`: makes the tarball of this version, installs it from a real registry on this
 * machine, runs the demo with it, and prints the command that publishes it. It publishes nothing itself.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Registry, realRegistry, startRegistry } from '../support/registry.ts';
import { packInto, publishAll } from '../support/tarball.ts';
import { whyNotReady } from './readiness.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const minutes = 60_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { tag: { type: 'string' } } });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const problems = whyNotReady({
    version,
    changelog: readFileSync(join(root, 'CHANGELOG.md'), 'utf8'),
    changes: output('git', ['status', '--porcelain']),
    tag: values.tag,
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));

  say('Types, lint, dead code and architecture');
  run(process.execPath, ['test/support/check.mjs']);
  say('A fresh build, packed');
  run(process.execPath, ['.config/build.mjs']);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'megallm-release-')));
  try {
    const packed = await packInto(folder);
    await tryOut(packed, version, folder);
    const tarball = join(root, basename(packed));
    // Not by renaming: the temporary folder may be another disk's.
    copyFileSync(packed, tarball);
    say(`Ready: ${basename(tarball)}, ${statSync(tarball).size} bytes, ${integrityOf(tarball)}`);
    process.stdout.write(`npm publish ${basename(tarball)} --provenance --access public\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Installs it as a user would, and shows that what was installed is what was packed, and works. */
async function tryOut(tarball: string, version: string, folder: string): Promise<void> {
  say('Installed from a registry on this machine');
  const missing = realRegistry.missing();
  if (missing) throw new Error(`There is no registry to try it with: ${missing}`);
  const registry: Registry = await startRegistry();
  try {
    await publishAll(registry, tarball);
    const environment = { ...process.env, ...registry.environment, npm_config_cache: join(folder, 'cache') };
    const place = ['--prefix', folder, '--ignore-scripts'];
    run('npm', ['install', ...place, `megallm@${version}`], environment);
  } finally {
    await registry.close();
  }
  const modules = join(folder, 'node_modules');
  const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const installed = packages['node_modules/megallm']?.integrity;
  if (installed !== integrityOf(tarball)) throw new Error('What was installed is not what was packed.');
  say('The demo, with what was installed');
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  run(process.execPath, [tsx, 'test/demo/main.ts', join(modules, 'megallm/bin/megallm.cjs')]);
}

function integrityOf(path: string): string {
  return `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;
}

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const shell = process.platform === 'win32' && file === 'npm';
  const options = { cwd: root, env, stdio: 'inherit', timeout: 10 * minutes, shell } as const;
  const { status, signal, error } = spawnSync(file, args, options);
  if (status !== 0) throw error ?? new Error(`${file} ${args[0]} ended with ${signal ?? status}.`);
}

function output(file: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(file, args, { cwd: root, encoding: 'utf8', timeout: minutes });
  if (status !== 0) throw error ?? new Error(`${file} ${args[0]} ended with ${status}.`);
  return stdout;
}

function say(text: string): void {
  process.stdout.write(`\n# ${text}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nNothing was released.\n`);
  process.exitCode = 1;
}
