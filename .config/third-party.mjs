import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Licences that ask for their text to be passed on and for nothing else that a bundle does not do. */
const expected = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

/**
 * The licences of the packages that a bundle is made of, in one text.
 *
 * @param {Iterable<string>} modules the paths of all modules in the bundle; those of bundlers' own making are not paths
 * @returns {string}
 * @throws {Error} names each package whose licence is not an expected one, or whose text it does not carry
 */
export function thirdPartyLicences(modules) {
  /** @type {Map<string, string>} */
  const entries = new Map();
  const problems = new Set();
  for (const folder of packagesOf(modules)) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = textsIn(folder);
    if (!expected.has(license)) problems.add(`${name}: the licence ${JSON.stringify(license)}`);
    if (texts.length === 0) problems.add(`${name}: no text of its licence`);
    entries.set(`${name} ${version}`, `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`);
  }
  if (problems.size > 0) throw new Error(`Not fit to be bundled:\n${[...problems].join('\n')}`);
  const names = [...entries.keys()].sort();
  return `megallm contains these packages.\n\n${names.map((name) => entries.get(name)).join(`\n${'-'.repeat(72)}\n`)}`;
}

/** @param {Iterable<string>} modules */
function packagesOf(modules) {
  const folders = new Set();
  for (const module of modules) {
    if (module.startsWith('\0') || !/[\\/]node_modules[\\/]/.test(module)) continue;
    folders.add(packageOf(dirname(module)));
  }
  return folders;
}

/**
 * The nearest folder above whose package.json has a name: some packages have others, without one, in their own.
 *
 * @param {string} folder
 * @returns {string}
 */
function packageOf(folder) {
  const path = join(folder, 'package.json');
  if (existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).version) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('A bundled module is in no package.');
  return packageOf(parent);
}

/** @param {string} folder */
function textsIn(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(name));
  return names.sort().map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
}
