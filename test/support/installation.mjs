/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [link] to a folder, by the hand of whoever works here
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 *
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 * @typedef {{ platform: string, arch: string }} Machine
 */

/**
 * Whether what npm wrote down in node_modules/.package-lock.json is what package-lock.json asks for. The former
 * lacks the root and, lawfully, the optional packages that are for other machines; it may have optional ones that
 * the latter lacks because the registry did not have them when it was made.
 *
 * @param {Lockfile} wanted
 * @param {Lockfile} installed
 * @param {Machine} [machine]
 */
export function isInstalled(wanted, installed, machine = process) {
  const { '': root, ...packages } = wanted.packages ?? {};
  const present = installed.packages ?? {};
  const direct = new Set(directDependencies(root));
  return (
    Object.entries(present).every(([path, entry]) => path in packages || entry.optional || entry.link) &&
    Object.entries(packages).every(([path, entry]) => {
      const found = present[path];
      if (!found) return mayBeMissing(entry, direct.has(path), machine);
      return found.version === entry.version && found.integrity === entry.integrity;
    })
  );
}

/** @param {LockedPackage | undefined} root the entry of the package itself */
function directDependencies(root) {
  const names = { ...root?.dependencies, ...root?.devDependencies, ...root?.optionalDependencies };
  return Object.keys(names).map((name) => `node_modules/${name}`);
}

/**
 * @param {LockedPackage} entry
 * @param {boolean} isDirect
 * @param {Machine} machine
 */
function mayBeMissing(entry, isDirect, machine) {
  if (!entry.optional) return false;
  if (!fits(entry.os, machine.platform) || !fits(entry.cpu, machine.arch)) return true;
  // Which C library this machine has costs more to find out than it is worth, and a package that names no
  // machine may belong to one that does.
  return entry.libc !== undefined || (!isDirect && !entry.os && !entry.cpu);
}

/**
 * @param {string[] | undefined} allowed npm's form: a list of names, or of exclusions such as `!win32`
 * @param {string} actual
 */
function fits(allowed, actual) {
  if (!allowed) return true;
  if (allowed.includes(`!${actual}`)) return false;
  return allowed.includes(actual) || allowed.every((name) => name.startsWith('!'));
}
