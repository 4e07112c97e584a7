/**
 * Installs what tests need from the system, where that is ours to do: as root on Debian and its kin, as in CI.
 * Anywhere else, and when it fails, nothing is wrong: the groups that miss something are skipped with a reason.
 */
import { existsSync } from 'node:fs';
import { runCommand } from './command.mjs';
import { exclusively } from './exclusive.mjs';

/** Debian's packages, each with what it gives the tests. */
const systemPackages = [
  { package: 'gnome-keyring', provides: 'a Secret Service' },
  { package: 'dbus', provides: 'a bus of its own for each keyring' },
  { package: 'dbus-tests', provides: 'a service that never answers' },
  { package: 'keyutils', provides: "keyctl, to look into the kernel's keyring" },
  { package: 'libsecret-1-0', provides: 'the library by which other programs read the keyring' },
  { package: 'libsecret-tools', provides: 'secret-tool, to look into the keyring past megallm' },
  { package: 'zsh', provides: 'a shell' },
  { package: 'fish', provides: 'a shell' },
  { package: 'ksh', provides: 'a shell' },
  { package: 'mksh', provides: 'a shell' },
  { package: 'dash', provides: 'a shell' },
  {
    package: 'python3-dotenv',
    provides: 'a reader of .env files, for /usr/bin/python3 and no other python3',
  },
  { package: 'ruby-dotenv', provides: 'a reader of .env files' },
  { package: 'direnv', provides: 'a reader of .env files' },
  { package: 'docker-compose', provides: 'a reader of Compose files' },
  { package: 'git', provides: 'repositories that track a .env' },
  { package: 'procps', provides: 'ps' },
  { package: 'util-linux', provides: 'setpriv, mount and unshare' },
  { package: 'tmux', provides: 'a terminal that outlives its client' },
  { package: 'chromium', provides: 'a browser' },
  { package: 'zbar-tools', provides: 'zbarimg, a reader of QR codes' },
];

const minutes = 60_000;
// dpkg needs the folders of root's commands, which `su` without a dash leaves out of the PATH.
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const environment = { ...process.env, PATH, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };

/**
 * @param {{ say?: (line: string) => void }} [options]
 * @returns {Promise<void>}
 */
export async function installSystemPackages({ say = (line) => process.stderr.write(`${line}\n`) } = {}) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  if ((await missingPackages()).length === 0) return;
  // Beside apt's own lock, which `apt-get update` does not wait for.
  await exclusively('/run/megallm-test-packages.lock', async () => {
    const missing = await missingPackages();
    if (missing.length === 0) return;
    say(`Installing for the tests: ${missing.join(' ')} …`);
    const problem = await install(missing);
    if (problem) say(`That failed, so what needs them is skipped: ${problem}`);
  });
}

async function missingPackages() {
  const names = systemPackages.map((entry) => entry.package);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
  const format = '-f=${Package} ${db:Status-Status}\\n';
  const { output } = await runCommand('dpkg-query', ['-W', format, ...names], { deadline: minutes });
  const installed = new Set(output.split('\n').filter((line) => line.endsWith(' installed')));
  return names.filter((name) => !installed.has(`${name} installed`));
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<string | undefined>} what went wrong
 */
async function install(names) {
  const notUpdated = await apt(['update'], 3 * minutes);
  if (notUpdated) return notUpdated;
  const known = await knownPackages(names);
  const unknown = names.filter((name) => !known.includes(name));
  const args = ['install', '--yes', '--no-install-recommends', ...known];
  // Downloaded first, since that may be killed at any moment; dpkg at work should not be.
  const problem = (await apt(['--download-only', ...args], 5 * minutes)) ?? (await apt(args, 10 * minutes));
  return problem ?? (unknown.length > 0 ? `no package is called ${unknown.join(' or ')}` : undefined);
}

/**
 * One name that this release does not have would make apt-get install none of the others.
 *
 * @param {readonly string[]} names
 */
async function knownPackages(names) {
  const { output } = await runCommand('apt-cache', ['policy', ...names], {
    deadline: minutes,
    env: environment,
  });
  const candidates = output.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (?!\(none\))/gm);
  const known = new Set([...candidates].map(([, name]) => name));
  return names.filter((name) => known.has(name));
}

/**
 * @param {readonly string[]} args
 * @param {number} deadline
 * @returns {Promise<string | undefined>} what went wrong
 */
async function apt(args, deadline) {
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
  const { output, problem } = await runCommand('apt-get', [...options, ...args], {
    deadline,
    env: environment,
  });
  if (!problem) return undefined;
  const error = output.split('\n').find((line) => line.startsWith('E: ')) ?? 'no reason given';
  return `apt-get ${args.find((argument) => !argument.startsWith('-'))}: ${problem} (${error})`;
}
