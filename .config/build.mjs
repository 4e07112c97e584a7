// Bundles src/ into dist/: CommonJS, since it starts faster, with a chunk for each command, loaded when it runs.
import { copyFileSync, cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

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

await bundle({ main: `${root}src/main.ts` });
await bundle({ 'update-checker': `${root}src/update/checker.ts` });
await bundle({ 'keychain-child': `${root}src/system/keychain-child.ts` });
// Editors fetch it from there to check a project's megallm.json.
copyFileSync(`${root}src/setup/project-file.schema.json`, `${fresh}/project-file.schema.json`);
// What the commands print with --json, for those who read it.
cpSync(`${root}src/schema`, `${fresh}/schema`, { recursive: true });
// By renaming, so that a megallm that starts meanwhile finds all its chunks, the old ones or the new.
const old = `${fresh}.old`;
if (existsSync(dist)) renameSync(dist, old);
renameSync(fresh, dist);
rmSync(old, { recursive: true, force: true });

/** @param {Record<string, string>} input */
async function bundle(input) {
  const built = await rolldown({
    input,
    platform: 'node',
    external: ['@napi-rs/keyring'],
    cwd: root,
    // Its main file is one that no bundler can take apart.
    resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
    plugins: [withoutSubprocesses],
  });
  await built.write({
    dir: fresh,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    // An `import()` of a builtin module would load the whole of Node's ESM loader: 4 ms of a short command.
    dynamicImportInCjs: false,
    minify: true,
  });
  await built.close();
}
