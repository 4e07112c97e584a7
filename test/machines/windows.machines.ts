import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/service.ts';
import { describeWith } from '../support/requirements.ts';
import { nodeForWindows, startWineMachine, type WineMachine, type WineOptions } from '../support/wine.ts';

const project = 'users/tester/Ein Projekt ü';

describeWith(nodeForWindows, 'Node for Windows, under Wine', () => {
  let machine: WineMachine;
  let sandbox: Sandbox;
  let key: string;

  const megallm = (args: readonly string[], options: WineOptions = {}) =>
    machine.megallm(args, { ...options, env: { ...sandbox.environment, ...options.env } });
  const ours = (file: string) => join(machine.profile, '.megallm', file);

  beforeAll(async () => {
    sandbox = await startSandbox();
    key = sandbox.issueKey().key;
    machine = startWineMachine();
    const { drive } = machine;
    drive.write('Tools & Co/arguments.cjs', showArguments);
    drive.write('Tools & Co/claude.cmd', '@echo off\r\n"C:\\node\\node.exe" "%~dp0arguments.cjs" %*\r\n');
    drive.write('Tools & Co/codex.cmd', '@echo off\r\n"C:\\node\\node.exe" "%~dp0arguments.cjs" %*\r\n');
    const login = await megallm(['login', '--with-key', '--insecure-storage'], { stdin: `${key}\r\n` });
    expect(login).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('--to windows') });
  });
  afterAll(async () => {
    machine?.remove();
    await sandbox?.close();
  });

  it('the key is in the user’s folder', async () => {
    expect(machine.drive.read(ours('profiles/default/credentials')).toString()).toBe(`${key}\n`);
    expect(await megallm(['key', 'print'])).toMatchObject({ stdout: `${key}\n`, stderr: '', exitCode: 0 });
  });

  it('a keychain that cannot be loaded is told from one that is not installed', async () => {
    const login = await megallm(['login', '--with-key', '--profile', 'other'], { stdin: key });
    expect(login).toMatchObject({ stdout: '', exitCode: 7 });
    expect(login.stderr).toContain('cannot load');
    expect(login.stderr).toContain('--insecure-storage');
  });

  it('a .env keeps its BOM and its line ends, and undo gives it back', async () => {
    const text = '\ufeffA=1\r\n# k\r\nB="x"\r\n';
    machine.drive.write(join(project, '.env'), text);
    const write = await megallm(['env', 'write', '--to', 'dotenv'], { cwd: project });
    expect(write).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Ein Projekt ü\\.env') });
    expect(machine.drive.read(join(project, '.env')).toString()).toBe(`${text}MEGALLM_API_KEY=${key}\n`);
    expect(await megallm(['undo'])).toMatchObject({ exitCode: 0 });
    expect(machine.drive.read(join(project, '.env')).toString()).toBe(text);
  });

  it('tools that say they have set a variable, and have not, are found out', async () => {
    const write = await megallm(['env', 'write', '--to', 'windows']);
    expect(write).toMatchObject({ stdout: '', exitCode: 1 });
    expect(write.stderr).toContain('Windows did not change MEGALLM_API_KEY');
    const status = JSON.parse((await megallm(['status', '--json'])).stdout);
    expect(JSON.stringify(status)).not.toContain('HKCU');
    const query = await machine.run('reg.exe', ['query', 'HKCU\\Environment']);
    expect(query.stdout).toContain('TEMP');
    expect(query.stdout).not.toContain('MEGALLM');
  });

  it('a variable that is there is read, and taken for somebody else’s', async () => {
    const set = ['add', 'HKCU\\Environment', '/v', 'MEGALLM_API_KEY', '/d', 'sk-mega-of-somebody-else', '/f'];
    expect(await machine.run('reg.exe', set)).toMatchObject({ exitCode: 0 });
    expect(await megallm(['env', 'write', '--to', 'windows'])).toMatchObject({ exitCode: 7 });
    const unset = ['delete', 'HKCU\\Environment', '/v', 'MEGALLM_API_KEY', '/f'];
    expect(await machine.run('reg.exe', unset)).toMatchObject({ exitCode: 0 });
  });

  it('run finds batch files, and their arguments arrive as they are', async () => {
    // No `%`: Wine’s cmd does not cut texts as `%cd:~,%` asks it to.
    const words = ['a "quoted" b', 'x&y|z>w', '', 'ü ^ !', 'c:\\end\\'];
    const outcome = await megallm(['run', '--', 'claude', ...words]);
    expect(outcome).toMatchObject({ stdout: `${JSON.stringify([words, key])}\n`, exitCode: 3 });
    expect(await megallm(['run', '--', 'nowhere'])).toMatchObject({ exitCode: 127 });
  });

  it('linked tools get the key from a command that cmd runs', async () => {
    expect(await megallm(['link', 'claude'])).toMatchObject({ exitCode: 0 });
    const settings = machine.drive.read(join(machine.profile, '.claude/settings.json')).toString();
    machine.drive.write('helper.cmd', `@${JSON.parse(settings).apiKeyHelper}\r\n`);
    const helper = await machine.run('cmd.exe', ['/d', '/c', 'C:\\helper.cmd']);
    expect(helper).toMatchObject({ stdout: `${key}\n`, exitCode: 0 });
    expect(await megallm(['link', 'codex'])).toMatchObject({ exitCode: 0 });
    expect(machine.drive.read(join(machine.profile, '.codex/config.toml')).toString()).toContain(
      'command = "C:\\\\node\\\\node.exe"',
    );
    const doctor = JSON.parse((await megallm(['doctor', '--json'])).stdout);
    expect(JSON.stringify(doctor)).not.toContain('"status":"fail"');
  });

  it('launch hands its settings over through a batch file', async () => {
    const outcome = await megallm(['launch', 'claude', '--', '-p', 'say "hi"']);
    const [[flag, settings, ...rest], variable] = JSON.parse(outcome.stdout);
    expect([flag, ...rest]).toEqual(['--settings', '-p', 'say "hi"']);
    expect(JSON.parse(settings).apiKeyHelper).toContain('"C:\\megallm\\bin\\megallm.cjs"');
    expect([variable, outcome.exitCode]).toEqual([null, 3]);
  });

  it('without a terminal nothing is asked', async () => {
    expect(await megallm(['setup'])).toMatchObject({
      stdout: '',
      exitCode: 2,
      stderr: expect.stringContaining('setup --yes'),
    });
  });

  it('a file that another program holds open is replaced when that lets go', async () => {
    machine.drive.write(join(project, '.env'), 'A=1\r\n');
    machine.drive.write('hold.cjs', holdOpen);
    machine.drive.write('refused.cjs', tellOfRefusal);
    const holder = machine.run('C:\\node\\node.exe', ['C:\\hold.cjs', 'C:\\held', 'C:\\let-go', '.env'], {
      cwd: project,
    });
    await until(() => machine.drive.read('held'));
    const write = megallm(['env', 'write', '--to', 'dotenv'], {
      cwd: project,
      env: { NODE_OPTIONS: '--require C:\\\\refused.cjs' },
    });
    // From the first refusal on.
    await until(() => machine.drive.read('refused'));
    writeFileSync(join(machine.drive.path, 'let-go'), '');
    expect(await write).toMatchObject({ exitCode: 0 });
    await holder;
    expect(machine.drive.read(join(project, '.env')).toString()).toContain(key);
  });

  it('megallms at once lose nothing of each other', async () => {
    const names = ['a', 'b', 'c'];
    const all = names.map((name) => megallm(['env', 'write', '--to', 'dotenv', '--file', `C:\\${name}.env`]));
    expect((await Promise.all(all)).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const status = (await megallm(['status', '--json'])).stdout;
    for (const name of names) expect(status).toContain(`C:\\\\${name}.env`);
  });

  it('uninstall leaves nothing', async () => {
    expect(await megallm(['uninstall', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(machine.drive.path, ours('profiles')))).toBe(false);
    expect(existsSync(join(machine.drive.path, machine.profile, '.claude'))).toBe(false);
    expect(machine.drive.read(join(project, '.env')).toString()).toBe('A=1\r\n');
  });
});

const showArguments = `
const { writeSync } = require('node:fs');
const given = process.argv.slice(2);
if (given[0] === '--version') writeSync(1, '2.1.330 (Claude Code)\\n');
else {
  writeSync(1, JSON.stringify([given, process.env.MEGALLM_API_KEY ?? null]) + '\\n');
  process.exitCode = 3;
}
`;

/** Holds a file open until another is there. */
const holdOpen = `
const fs = require('node:fs');
const [held, letGo, file] = process.argv.slice(2);
fs.openSync(file, 'r');
fs.writeFileSync(held, '');
const timer = setInterval(() => fs.existsSync(letGo) && clearInterval(timer), 20);
`;

/** Loaded into megallm: leaves a mark when a rename is refused. */
const tellOfRefusal = `
const fs = require('node:fs');
const { renameSync } = fs;
fs.renameSync = (from, to) => {
  try {
    renameSync(from, to);
  } catch (error) {
    fs.writeFileSync('C:\\\\refused', error.code);
    throw error;
  }
};
`;

async function until(isSo: () => unknown): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    try {
      isSo();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('It did not come about within a minute.');
}
