import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/service.ts';
import { furnishBareRoot } from '../support/bare-root.ts';
import { runProgram } from '../support/program.ts';
import { type Registry, realRegistry, startRegistry } from '../support/registry.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { packInto, publishAll } from '../support/tarball.ts';
import { createHome, type Home } from '../support/temporary-home.ts';

describeWith([requirements.chroot, realRegistry], 'npx, where there is Node and nothing else', () => {
  let registry: Registry;
  let sandbox: Sandbox;
  let root: Home;

  beforeAll(async () => {
    root = createHome();
    let tarball: string;
    [registry, sandbox, tarball] = await Promise.all([startRegistry(), startSandbox(), packInto(root.path)]);
    await publishAll(registry, tarball);
    furnishBareRoot(root.path);
    copyFileSync(registry.environment.npm_config_userconfig ?? '', join(root.path, 'etc/npmrc'));
  });
  afterAll(async () => {
    await Promise.all([registry?.close(), sandbox?.close()]);
    root?.remove();
  });

  /** In the root, with neither HOME nor SHELL. */
  const npx = (args: readonly string[], stdin = '') => {
    const variables = {
      ...registry.environment,
      npm_config_userconfig: '/etc/npmrc',
      ...sandbox.environment,
    };
    const settings = Object.entries({ PATH: '/usr/bin', ...variables }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const inside = ['/usr/bin/env', '-i', ...settings, 'npx', '--yes', 'megallm@latest', ...args];
    return runProgram('/usr/sbin/chroot', [root.path, ...inside], { home: root, stdin, timeout: 60_000 });
  };

  it('leads to a key that is stored, proven and printed, with three packages and under 5 MB', async () => {
    const { key } = sandbox.issueKey();
    const setup = await npx(['setup', '--yes', '--with-key', '--insecure-storage'], `${key}\n`);
    expect(setup).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Applied') });
    // The login shell there is sh.
    expect(setup.stderr).toContain('megallm run -- COMMAND');
    expect(root.read('root/.megallm/profiles/default/credentials').toString()).toBe(`${key}\n`);
    expect(await npx(['key', 'print'])).toMatchObject({ stdout: `${key}\n`, stderr: '', exitCode: 0 });
    expect(await npx(['doctor', '--json'])).toMatchObject({ exitCode: 0 });

    const [cache = ''] = readdirSync(join(root.path, 'root/.npm/_npx'));
    const modules = join(root.path, 'root/.npm/_npx', cache, 'node_modules');
    const installed = Object.keys(
      JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages,
    );
    expect(installed).toContain('node_modules/megallm');
    expect(installed).toContain('node_modules/@napi-rs/keyring');
    expect(installed.length).toBeLessThanOrEqual(3);
    expect(bytesBelow(modules)).toBeLessThan(5_000_000);
  });

  it('keeps no key in plain text unasked, and says how it may', async () => {
    const { key } = sandbox.issueKey();
    const setup = await npx(['setup', '--yes', '--with-key', '--profile', 'other'], `${key}\n`);
    expect(setup).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('--insecure-storage') });
    expect(existsSync(join(root.path, 'root/.megallm/profiles/other/credentials'))).toBe(false);
  });
});

function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + readFileSync(join(file.parentPath, file.name)).length, 0);
}
