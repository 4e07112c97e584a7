import { delimiter } from 'node:path';

/**
 * All that tests may see of the environment they are started in. A list of what may stay is safer than one of
 * what must go: keys, proxies, CI's and the desktop's variables are as many as there are machines.
 */
const kept = [
  /^PATH$/i,
  /^TERM$/,
  /^TZ$/,
  /^VITEST/,
  // How much the trust tests do, and from where they begin.
  /^TRUST_(SCALE|SEED)$/,
  // Without these Windows starts no program.
  /^(SystemRoot|windir|SystemDrive|ComSpec|PATHEXT|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE)$/i,
];

/**
 * @param {NodeJS.ProcessEnv} inherited
 * @param {{ home: string, temporary: string }} folders that stand in for the user's own and for /tmp
 * @returns {Record<string, string>}
 */
export function testEnvironment(inherited, { home, temporary }) {
  /** @type {Record<string, string>} */
  const environment = {
    ...{ HOME: home, USERPROFILE: home },
    ...{ TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    LANG: 'C.UTF-8',
  };
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || !kept.some((pattern) => pattern.test(name))) continue;
    environment[name] = name.toUpperCase() === 'PATH' ? pathWithoutOurs(value) : value;
  }
  return environment;
}

/**
 * npm puts node_modules/.bin in front, for scripts alone: a user of megallm does not have it.
 *
 * @param {string} path
 */
function pathWithoutOurs(path) {
  return path
    .split(delimiter)
    .filter((folder) => !/node_modules[/\\](\.bin|.*node-gyp-bin)/.test(folder))
    .join(delimiter);
}
