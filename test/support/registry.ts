import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.ts';
import { onDemand } from './on-demand.ts';

/** Verdaccio, 58 MB of it. A `describeWith` asks for it, or `missing()` by hand, before `startRegistry`. */
export const realRegistry = onDemand('registry', 'a local registry');

const serve = fileURLToPath(new URL('../registry/serve.mjs', import.meta.url));

/** A real npm registry on loopback, empty when it starts; it holds what is published to it. */
export interface Registry {
  /** With a slash at its end. */
  readonly url: string;
  /** What makes npm and npx use it: variables that go on top of HOME and PATH. */
  readonly environment: Readonly<Record<string, string>>;
  /** Publishes a tarball, or a folder's package, as `npm publish` does; its version becomes `latest`. */
  publish(tarball: string): Promise<void>;
  close(): Promise<void>;
}

export interface RegistryOptions {
  /**
   * Whether it fetches what it does not hold from the registry that npm is set to, and keeps it: a first
   * installation fills it, the following ones stay on loopback.
   */
  readonly uplink?: boolean;
}

export async function startRegistry({ uplink = false }: RegistryOptions = {}): Promise<Registry> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'megallm-registry-')));
  const config = JSON.stringify(configuration(folder, uplink));
  const authorities = uplink ? npmSetting('cafile') : '';
  const child = spawn(process.execPath, [serve, join(realRegistry.modules, 'verdaccio'), config], {
    env: {
      HOME: folder,
      PATH: process.env.PATH,
      ...(authorities ? { NODE_EXTRA_CA_CERTS: authorities } : {}),
    },
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const close = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const url = await address(child);
    // npm publishes only for somebody; here everybody may.
    const settings = join(folder, 'npmrc');
    writeFileSync(settings, `registry=${url}\n${url.replace('http:', '')}:_authToken=anybody\n`);
    const environment = {
      npm_config_userconfig: settings,
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    };
    return { url, environment, publish: (tarball) => publish(tarball, folder, url, environment), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function configuration(folder: string, uplink: boolean) {
  const everybody = { access: '$all', publish: '$anonymous', unpublish: '$anonymous' };
  return {
    configPath: join(folder, 'config.yaml'),
    storage: join(folder, 'storage'),
    uplinks: uplink
      ? { npm: { url: npmSetting('registry'), cache: true, maxage: '1d', timeout: '60s' } }
      : {},
    packages: { '**': uplink ? { ...everybody, proxy: 'npm' } : everybody },
    publish: { allow_offline: true },
    max_body_size: '50mb',
    web: { enable: false },
    log: { type: 'stdout', level: 'fatal', format: 'json' },
  };
}

function npmSetting(name: 'registry' | 'cafile'): string {
  const shell = process.platform === 'win32';
  const { stdout } = spawnSync('npm', ['config', 'get', name], { encoding: 'utf8', timeout: 30_000, shell });
  const value = stdout?.trim() ?? '';
  return value === 'null' || value === 'undefined' ? '' : value;
}

async function address(child: ChildProcess): Promise<string> {
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const signal = AbortSignal.timeout(60_000);
  const failed = once(child, 'exit', { signal }).then(() => {
    throw new Error(`The registry did not start: ${complaint}`);
  });
  // Also what it logs before it listens comes here.
  for (;;) {
    const [line] = (await Promise.race([once(lines, 'line', { signal }), failed])) as [string];
    if (!line.startsWith('http://')) continue;
    failed.catch(() => undefined);
    return line;
  }
}

async function publish(tarball: string, folder: string, url: string, env: Readonly<Record<string, string>>) {
  // As a flag, since a package may name a registry of its own, which beats what the environment says.
  const args = [
    'publish',
    `--registry=${url}`,
    '--ignore-scripts',
    '--access=public',
    '--tag=latest',
    tarball,
  ];
  const { exitCode, stderr } = await npm(args, {
    home: { path: folder },
    env: { ...env, npm_config_cache: join(folder, 'cache') },
    timeout: 60_000,
  });
  if (exitCode !== 0) throw new Error(`npm publish ${tarball} failed: ${stderr}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
