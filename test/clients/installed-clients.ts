import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The versions whose behaviour the integrations are written for. */
const packages = {
  '@anthropic-ai/claude-code': '2.1.330',
  '@openai/codex': '0.169.0',
  'opencode-ai': '1.18.33',
} as const;

/** A folder of their own, outside of the project, that stays from run to run. */
const folder = join(tmpdir(), 'megallm-clients');

/** Installs the real clients where they are not there yet; the result is the folder of their programs. */
export function installClients(): string {
  const description = `${JSON.stringify({ private: true, dependencies: packages }, null, 2)}\n`;
  const path = join(folder, 'package.json');
  const bin = join(folder, 'node_modules', '.bin');
  const isThere = existsSync(join(folder, 'done')) && readFileSync(path, 'utf8') === description;
  if (isThere) return bin;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, description);
  process.stdout.write(`Installing the three clients in ${folder} (1.2 GB) …\n`);
  // Claude Code asks for a newer Node than its program needs.
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--engine-strict=false'], {
    cwd: folder,
    stdio: 'inherit',
    timeout: 25 * 60_000,
  });
  if (status !== 0) throw new Error(`The clients could not be installed in ${folder}.`);
  writeFileSync(join(folder, 'done'), '');
  return bin;
}
