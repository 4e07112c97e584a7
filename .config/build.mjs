// Bundles src/ into dist/: CommonJS, since it starts faster, with a chunk for each command, loaded when it runs.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { thirdPartyLicences } from './third-party.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;
const fresh = `${dist}.${process.pid}`;

/** Commander loads `child_process` for a feature that is not used here, and that takes a tenth of a short command. */
const withoutSubprocesses = {
  name: 'without-subprocesses',
  /** @type {(source: string, importer: string | undefined) => string | undefined} */
  resolveId: (source, importer) =>
    source === 'node:child_process' && importer?.includes('/commander/') ? '\0no-subprocesses' : undefined,
  /** @type {(id: string) => string | undefined} */
  load: (id) => (id === '\0no-subprocesses' ? 'export {};' : undefined),
};

const modules = [
  ...(await bundle({ main: `${root}src/main.ts` })),
  ...(await bundle({ 'update-checker': `${root}src/update/checker.ts` })),
  ...(await bundle({ 'keychain-child': `${root}src/system/keychain-child.ts` })),
];
writeFileSync(`${fresh}/third-party-licences.txt`, thirdPartyLicences(modules));
// Editors fetch it from there to check a project's megallm.json.
copyFileSync(`${root}src/setup/project-file.schema.json`, `${fresh}/project-file.schema.json`);
// What the commands print with --json, for those who read it.
cpSync(`${root}src/schema`, `${fresh}/schema`, { recursive: true });
sameModes(fresh);
// By renaming, so that a megallm that starts meanwhile finds all its chunks, the old ones or the new.
const old = `${fresh}.old`;
if (existsSync(dist)) renameSync(dist, old);
renameSync(fresh, dist);
rmSync(old, { recursive: true, force: true });

/**
 * Tarballs carry modes: those of whoever built, whatever their umask, are to be the same.
 *
 * @param {string} built
 */
function sameModes(built) {
  const entries = readdirSync(built, { recursive: true, withFileTypes: true });
  for (const entry of entries)
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  chmodSync(built, 0o755);
  for (const name of ['package.json', 'README.md', 'LICENSE']) {
    if (existsSync(`${root}${name}`)) chmodSync(`${root}${name}`, 0o644);
  }
  chmodSync(`${root}bin/megallm.cjs`, 0o755);
}

/**
 * @param {Record<string, string>} input
 * @returns {Promise<string[]>} the paths of all modules in it
 */
async function bundle(input) {
  const built = await rolldown({
    input,
    platform: 'node',
    external: ['@napi-rs/keyring'],
    cwd: root,
    // Its main file is one that no bundler can take apart.
    resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
    plugins: [withoutSubprocesses],
    // A module that is not found is but a warning to it, and would be missing on every user's machine.
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await built.write({
    dir: fresh,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    // An `import()` of a builtin module would load the whole of Node's ESM loader: 4 ms of a short command.
    dynamicImportInCjs: false,
    minify: true,
    // What nearly every command loads is one file: fewer to open, and to store in whole blocks.
    codeSplitting: { groups: [{ name: 'shared', minShareCount: 20 }] },
  });
  await built.close();
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
}
