import { expect, test } from 'vitest';
import { importCycles } from './cycles.ts';
import { forbiddenUses } from './forbidden.ts';
import { wrongImports } from './layers.ts';
import { defaultExports, emptyNamed, tooLong } from './shape.ts';
import { parseSource } from './source.ts';

const source = (path: string, ...lines: string[]) => parseSource(path, `${lines.join('\n')}\n`);

test('what a file imports is found in every form', () => {
  const { imports } = source(
    'src/api/gateway.ts',
    `import { a } from './a.ts';`,
    `import type { B } from './b.ts';`,
    `import { type C } from './c.ts';`,
    `import './d.ts';`,
    `export { e } from './e.ts';`,
    `export type { F } from './f.ts';`,
    `export * from './g.ts';`,
    `const h = await import('./h.ts');`,
    `const i: import('./i.ts').I = require('./j.ts');`,
    `const text = "import x from './k.ts'"; // import y from './l.ts'`,
  );
  expect(imports.map(({ specifier, typeOnly }) => specifier + (typeOnly ? ' type' : ''))).toEqual([
    './a.ts',
    './b.ts type',
    // Under verbatimModuleSyntax this one stays, as `import {} from`.
    './c.ts',
    './d.ts',
    './e.ts',
    './f.ts type',
    './g.ts',
    './h.ts',
    './i.ts type',
    './j.ts',
  ]);
  expect(imports.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 9]);
});

test('imports point down the layers', () => {
  const found = wrongImports([
    source('src/main.ts', `import { run } from './program.ts';`, `import manifest from '../package.json';`),
    source(
      'src/credentials/store.ts',
      `import { a } from '../changes/apply.ts';`,
      `import { b } from './key.ts';`,
    ),
    source(
      'src/credentials/backends/bash.ts',
      `import { c } from '../../system/files.ts';`,
      `import 'node:fs';`,
    ),
  ]);
  expect(found).toEqual([]);
});

test('an import that points up is found, type-only, lazy and nested ones too', () => {
  const found = wrongImports([
    source('src/system/files.ts', `import { a } from '../api/gateway.ts';`),
    source('src/errors.ts', '', `import type { B } from './program.ts';`),
    source('src/credentials/backends/bash.ts', `const c = () => import('../../commands/env/write.ts');`),
  ]);
  expect(found).toEqual([
    'src/system/files.ts:1 imports src/api/gateway.ts: api stands above system',
    'src/errors.ts:2 imports src/program.ts: program stands above errors',
    'src/credentials/backends/bash.ts:1 imports src/commands/env/write.ts: commands stands above credentials',
  ]);
});

test('an import of a neighbour is found', () => {
  const doctor = source('src/doctor/run.ts', `import { a } from '../signin/device.ts';`);
  expect(wrongImports([doctor], [['doctor', 'signin']])).toEqual([
    'src/doctor/run.ts:1 imports src/signin/device.ts: signin stands beside doctor',
  ]);
});

test('an import from outside of src and a file without a layer are found', () => {
  const found = wrongImports([
    source('src/system/files.ts', `import { a } from '../../test/support/terminal.ts';`),
    source('src/attic/old.ts'),
  ]);
  expect(found).toEqual([
    'src/system/files.ts:1 imports test/support/terminal.ts: it is outside of src',
    'src/attic/old.ts is in no layer: give attic a place in the list of layers',
  ]);
});

test('a cycle is found once, whoever starts it', () => {
  const found = importCycles([
    source('src/api/entry.ts', `import './a.ts';`),
    source('src/api/a.ts', `import './b.ts';`),
    source('src/api/b.ts', `import './c.ts';`, `import './alone.ts';`),
    source('src/api/c.ts', `const a = () => import('./a.ts');`),
    source('src/api/alone.ts', `export * from './alone.ts';`),
  ]);
  expect(found).toEqual([
    'src/api/a.ts → src/api/b.ts → src/api/c.ts → src/api/a.ts',
    'src/api/alone.ts → src/api/alone.ts',
  ]);
});

test('a type-only import makes no cycle, nor do two ways to the same file', () => {
  const found = importCycles([
    source('src/api/a.ts', `import './b.ts';`, `import './c.ts';`),
    source('src/api/b.ts', `import './c.ts';`),
    source('src/api/c.ts', `import type { A } from './a.ts';`),
  ]);
  expect(found).toEqual([]);
});

test.each([
  ['process.env.HOME', 'process.env is for src/main.ts and src/update/checker.ts alone'],
  ['process\n  ?.env', 'process.env is for src/main.ts and src/update/checker.ts alone'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source code of a made-up file
  ['`home: ${process.env.HOME}`', 'process.env is for src/main.ts and src/update/checker.ts alone'],
  ['globalThis.process.env', 'process.env is for src/main.ts and src/update/checker.ts alone'],
  ['process.exit(1)', 'process.exit is for src/main.ts and src/update/checker.ts alone'],
  ['process.exitCode = 1', 'process.exit is for src/main.ts and src/update/checker.ts alone'],
  ['console.log(1)', 'console is for no file'],
  ['const log = console', 'console is for no file'],
  [
    'process.stderr.write("")',
    'process.stdout and process.stderr is for src/main.ts and src/terminal/output.ts alone',
  ],
  [
    'writeSync(1, "")',
    'writing to 1 and 2 is for src/main.ts and src/terminal/output.ts and src/system/keychain-child.ts alone',
  ],
  ['process["env"]', 'process[…] is for no file'],
  ['const { env } = process', 'taking process apart is for src/main.ts alone'],
])('%j is found', (code, complaint) => {
  expect(forbiddenUses([source('src/api/gateway.ts', '', code)])).toEqual([
    `src/api/gateway.ts:2 ${complaint}`,
  ]);
});

test('importing process or console is found', () => {
  const found = forbiddenUses([
    source('src/api/a.ts', `import { env } from 'node:process';`, `import 'console';`),
  ]);
  expect(found).toEqual(['src/api/a.ts:1 imports node:process', 'src/api/a.ts:2 imports console']);
});

test.each([
  '// process.env is read in main.ts',
  '/** See console.log. */ export const documented = 1;',
  'const hint = "set process.env.HOME, not console";',
  'const pattern = /process.env/;',
  'const platform = process.platform;',
  'const { pid } = process.versions;',
  'openTab(service.console);',
])('%j is not code of a forbidden kind', (code) => {
  expect(forbiddenUses([source('src/api/gateway.ts', code)])).toEqual([]);
});

test('what is forbidden is allowed in its own module', () => {
  const found = forbiddenUses([
    source('src/main.ts', 'process.exitCode = await run(process.env, process.stdout);'),
    source('src/terminal/output.ts', 'process.stdout.write("");'),
  ]);
  expect(found).toEqual([]);
});

test('a file of more than 250 lines is found', () => {
  const lines = (count: number) => Array.from({ length: count }, () => '//');
  const found = tooLong([source('src/api/long.ts', ...lines(251)), source('src/api/fits.ts', ...lines(250))]);
  expect(found).toEqual(['src/api/long.ts has 251 lines, of 250']);
});

test.each([
  'export default 1;',
  'export default function f() {}',
  'export { f as default };',
  'export default class {}',
])('a default export is found: %s', (code) => {
  expect(defaultExports([source('src/api/a.ts', '', code)])).toEqual(['src/api/a.ts:2 has a default export']);
});

test('a default clause and a named export are no default export', () => {
  const code = 'switch (x) { default: f(); } export const a = { default: 1 };';
  expect(defaultExports([source('src/api/a.ts', code)])).toEqual([]);
});

test('a name that says nothing is found', () => {
  const named = [
    'src/utils/a.ts',
    'src/api/helpers.ts',
    'src/api/string-utils.ts',
    'src/common.ts',
    'src/api/misc.test.ts',
  ];
  expect(emptyNamed(named)).toHaveLength(named.length);
  expect(emptyNamed(['src/commands/utilize.ts', 'src/api/gateway.ts'])).toEqual([]);
});
