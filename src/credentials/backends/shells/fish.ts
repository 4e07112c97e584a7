import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { exists, readFile } from '../../../system/files.ts';
import type { Machine, Variables } from '../../../system/machine.ts';
import { type NewShell, printPosix } from '../../../system/new-shell.ts';
import { quoteForFish } from '../quoting.ts';
import { readFishScript } from '../scripts/fish/fish-script.ts';
import type { ShellDialect, StartupFiles } from './dialect.ts';
import { findUniversals } from './fish-universals.ts';

const interactive: NewShell = {
  kind: 'interactive',
  program: 'fish',
  switches: ['-i', '-c'],
  print: printPosix,
  environment: withoutTraces,
  trace: { environment: { fish_trace: '1' } },
};

export const fish: ShellDialect = {
  id: 'fish',
  environmentFile: 'env.fish',
  isOwnFile: true,
  startupFiles: fishFiles,
  read: readFishScript,
  exportLine: (name, value) => `set -gx ${name} ${quoteForFish(value)}`,
  readingLine: 'if test -r "$HOME/.megallm/env.fish"; source "$HOME/.megallm/env.fish"; end',
  knowsBom: true,
  knowsCrLf: true,
  knowsUtf16: false,
  kept(machine, names) {
    const path = join(fishFolder(machine), 'fish_variables');
    return findUniversals(path, readFile(path)?.bytes.toString('latin1') ?? '', names);
  },
  provenBy: [interactive],
  examinedBy: [
    { ...interactive, kind: 'login', switches: ['-l', '-i', '-c'] },
    interactive,
    {
      kind: 'plain',
      program: 'fish',
      switches: ['-c'],
      print: printPosix,
      environment: withoutTraces,
      informsOnly: true,
    },
  ],
  restart: 'exec fish',
};

const ownName = 'megallm.fish';

/**
 * Every fish reads the files in conf.d by their names, and then config.fish (fish(1), Configuration). Ours stands among
 * the former, so that config.fish, which people keep in dotfiles repositories, stays as it is.
 */
function fishFiles(machine: Machine): StartupFiles {
  const folder = fishFolder(machine);
  const main = join(folder, 'conf.d', ownName);
  const others = scriptsIn(join(folder, 'conf.d')).filter((name) => name !== ownName);
  const place = (name: string) => join(folder, 'conf.d', name);
  return {
    main,
    blocked: [main],
    earlier: others.filter((name) => inOrder(name, ownName) < 0).map(place),
    all: [
      main,
      ...others.filter((name) => inOrder(name, ownName) > 0).map(place),
      join(folder, 'config.fish'),
    ],
    candidates: [main],
  };
}

/** A fish that never ran before would leave the folder of its history behind. */
function withoutTraces({ home }: Machine): Variables {
  return exists(join(home, '.local', 'share', 'fish')) ? {} : { XDG_DATA_HOME: '/dev/null' };
}

function fishFolder({ env, home }: Machine): string {
  const { XDG_CONFIG_HOME: configured = '' } = env;
  return join(isAbsolute(configured) ? configured : join(home, '.config'), 'fish');
}

function scriptsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^.].*\.fish$/.test(name) && isFile(join(folder, name)))
      .sort(inOrder);
  } catch {
    // Not there, or not for us to read; fish reads no more than that either.
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** As fish sorts what `*` finds, numbers apart. */
function inOrder(left: string, right: string): number {
  const [one, other] = [left.toLowerCase(), right.toLowerCase()];
  if (one === other) return left < right ? -1 : 1;
  return one < other ? -1 : 1;
}
