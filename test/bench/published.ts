import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/program.ts';

export const publishedVersion = '3.1.0';

const cache = fileURLToPath(new URL('../../node_modules/.cache/bench/', import.meta.url));

/** The script of megallm 3.1.0 from npm, which is installed beside our own dependencies at the first run. */
export async function installPublished(): Promise<string> {
  const folder = join(cache, publishedVersion);
  const script = join(folder, 'node_modules/megallm/bin/megallm.js');
  if (existsSync(script)) return script;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  // --ignore-scripts: a program that is only looked at need not run anything while it is installed.
  const args = [
    'install',
    `megallm@${publishedVersion}`,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
  ];
  const { exitCode, stderr } = await runProgram('npm', args, {
    home: { path: folder },
    // npm is the one program here that is to have the user's own settings: its registry.
    env: npmSettings(),
    timeout: 300_000,
  });
  if (exitCode !== 0) throw new Error(`megallm ${publishedVersion} could not be installed:\n${stderr}`);
  return script;
}

function npmSettings(): Record<string, string> {
  const wanted = /^(HOME|USERPROFILE|npm_config_|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)/i;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      wanted.test(name) && value !== undefined ? [[name, value] as const] : [],
    ),
  );
}
