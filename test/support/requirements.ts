import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Something that a group of tests needs from the system and that not every system has. */
export interface Requirement {
  readonly name: string;
  /** Why it cannot be had here; undefined when it can. */
  missing(): string | undefined;
}

/** Debian's own Python, which sees Debian's python3-dotenv; a `python3` on PATH may be another. */
export const systemPython = '/usr/bin/python3';

/** Debian's own Chromium. */
export const chromiumPath = '/usr/bin/chromium';

/**
 * A group of tests that is skipped, with its reason in the closing summary of `npm test`, where something that it
 * needs is missing. The body is run even then, to count its tests: what needs the system belongs into its hooks.
 */
export function describeWith(
  requirement: Requirement | readonly Requirement[],
  title: string,
  body: () => void,
): void {
  const skipReason = whyMissing([requirement].flat());
  if (skipReason === undefined) describe(title, body);
  else describe(title, { skip: true, meta: { skipReason } }, body);
}

/** The reasons, joined: whoever wants to run the group wants to know all of them. */
export function whyMissing(requirements: readonly Requirement[]): string | undefined {
  const reasons = requirements.flatMap((requirement) => {
    const reason = requirement.missing();
    return reason === undefined ? [] : [`needs ${requirement.name}: ${reason}`];
  });
  return reasons.length > 0 ? reasons.join('; ') : undefined;
}

export const requirements = {
  bash: commands('bash', 'bash'),
  zsh: commands('zsh', 'zsh'),
  fish: commands('fish', 'fish'),
  powershell: commands('PowerShell', 'pwsh'),
  dash: commands('dash', 'dash'),
  ksh: commands('ksh', 'ksh'),
  mksh: commands('mksh', 'mksh'),
  direnv: commands('direnv', 'direnv'),
  git: commands('git', 'git'),
  curl: commands('curl', 'curl'),
  wine: commands('Wine', 'wine', 'wineboot', 'winecfg', 'wineserver'),
  setpriv: commands('setpriv', 'setpriv'),
  tmux: commands('tmux', 'tmux'),
  secretService: commands(
    'a Secret Service',
    'gnome-keyring-daemon',
    'dbus-daemon',
    'dbus-send',
    'dbus-test-tool',
    'secret-tool',
  ),
  keyctl: commands('keyctl', 'keyctl'),
  compose: commands('docker-compose', 'docker-compose'),
  docker: commands('the docker command', 'docker'),
  pythonDotenv: probe('python-dotenv', [systemPython, '-c', 'import dotenv']),
  python: probe('Python 3.11', [systemPython, '-c', 'import tomllib']),
  pythonYaml: probe('PyYAML', [systemPython, '-c', 'import yaml']),
  rubyYaml: probe('Ruby', ['ruby', '-e', 'require "psych"']),
  rubyDotenv: probe('ruby-dotenv', ['ruby', '-e', 'require "dotenv"']),
  pidNamespace: probe('the right to make a PID namespace', [
    'unshare',
    '--pid',
    '--fork',
    '--mount-proc',
    'true',
  ]),
  zbarimg: commands('zbarimg', 'zbarimg'),
  chromium: {
    name: 'Chromium',
    missing: () => (existsSync(chromiumPath) ? undefined : `there is no ${chromiumPath}`),
  },
  proc: {
    name: '/proc',
    missing: () => (existsSync('/proc/self/cmdline') ? undefined : 'this system has none'),
  },
  root: {
    name: 'root',
    missing: () => (process.getuid?.() === 0 ? undefined : 'the tests run as another user'),
  },
  notRoot: {
    name: 'a user other than root',
    missing: () => (process.getuid?.() === 0 ? 'the tests run as root, whom no permission stops' : undefined),
  },
  chroot: probe('the right to change the root', ['/usr/sbin/chroot', '/', '/bin/true']),
  mountNamespace: probe('the right to mount in a namespace', ['unshare', '--mount', 'true']),
  tmpfs: { name: 'the right to mount a tmpfs', missing: once(whyNoTmpfs) },
} as const satisfies Record<string, Requirement>;

function commands(name: string, ...files: readonly string[]): Requirement {
  return {
    name,
    missing() {
      const absent = files.filter((file) => !isOnPath(file));
      return absent.length > 0 ? `${absent.join(' and ')} not found on PATH` : undefined;
    },
  };
}

/** For what only trying can tell: the command exits 0 where the thing is there. */
function probe(name: string, [file, ...args]: readonly [string, ...string[]]): Requirement {
  return {
    name,
    missing: once(() => {
      const result = spawnSync(file, args, { stdio: 'ignore', timeout: 20_000 });
      return result.status === 0 ? undefined : `${[file, ...args].join(' ')} fails`;
    }),
  };
}

function isOnPath(file: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => {
    try {
      accessSync(join(folder, file), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Root in a container often may not mount, so this tries it. */
function whyNoTmpfs(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has it';
  const folder = mkdtempSync(join(tmpdir(), 'megallm-tmpfs-'));
  try {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], {
      timeout: 20_000,
    });
    if (mounted.status !== 0) return 'mount refuses it';
    spawnSync('umount', [folder], { timeout: 20_000 });
    return undefined;
  } finally {
    rmdirSync(folder);
  }
}

function once<T>(find: () => T): () => T {
  let found: { value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}
