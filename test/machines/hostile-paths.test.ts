import { copyFileSync, cpSync, linkSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { type Outcome, runProgram } from '../support/program.ts';
import { freshHome } from '../support/signed-in-home.ts';

const folder = 'it\'s "quoted", über $HOME `id`; %PATH% \\ 鍵';

it('Node, megallm, the home and the working folder may have any name', async () => {
  const { home: room, sandbox, key } = await freshHome();
  const [node, app, home] = ['node', 'app', 'home'].map((name) => join(room.path, folder, name)) as [
    string,
    string,
    string,
  ];
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(dirname(dirname(megallmBin)), part), join(app, part), { recursive: true });
  }
  mkdirSync(home);
  putNode(node);
  const options = { home: { path: home }, env: sandbox.environment };
  const megallm = async (args: readonly string[], stdin = '') => {
    const outcome = await runProgram(node, [join(app, 'bin/megallm.cjs'), ...args], { ...options, stdin });
    expect(outcome).toMatchObject({ exitCode: 0 });
    return outcome;
  };
  await megallm(['login', '--with-key', '--insecure-storage'], key);
  await megallm(['env', 'write', '--to', 'dotenv', '--to', 'bash']);
  await megallm(['link', 'claude']);
  await megallm(['link', 'codex']);

  const shell = (line: string): Promise<Outcome> =>
    runProgram('/bin/sh', ['-c', line], { ...options, cwd: '/' });
  expect(await shell('. "$HOME/.bashrc"; echo "$MEGALLM_API_KEY"')).toMatchObject({ stdout: `${key}\n` });
  const { apiKeyHelper } = JSON.parse(room.read(join(folder, 'home/.claude/settings.json')).toString());
  expect(await shell(apiKeyHelper)).toMatchObject({ stdout: `${key}\n`, stderr: '', exitCode: 0 });
  const doctor = JSON.parse((await megallm(['doctor', '--json'])).stdout);
  expect(JSON.stringify(doctor)).toContain('key command');

  await megallm(['uninstall', '--yes']);
  expect([...room.snapshot().keys()].filter((path) => path.startsWith(`${folder}/home/`))).toEqual([]);
});

function putNode(path: string): void {
  try {
    linkSync(realpathSync(process.execPath), path);
  } catch {
    copyFileSync(process.execPath, path);
  }
}
