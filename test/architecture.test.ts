/** Holds src/ to the rules of the house; each rule, and its test, is in support/architecture. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { importCycles } from './support/architecture/cycles.ts';
import { forbiddenUses } from './support/architecture/forbidden.ts';
import { wrongImports } from './support/architecture/layers.ts';
import { defaultExports, emptyNamed, tooLong } from './support/architecture/shape.ts';
import { parseSource } from './support/architecture/source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const sources = filesBelow('src').map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));

test('there are sources to look at', () => {
  expect(sources.length).toBeGreaterThan(0);
});

test('imports point down the layers and never up', () => {
  expect(wrongImports(sources)).toEqual([]);
});

test('no file imports itself by way of others', () => {
  expect(importCycles(sources)).toEqual([]);
});

test('what belongs to one module is used in no other', () => {
  expect(forbiddenUses(sources)).toEqual([]);
});

test('no file is too long', () => {
  expect(tooLong(sources)).toEqual([]);
});

test('exports have names', () => {
  expect(defaultExports(sources)).toEqual([]);
});

test('names of files and folders say what is in them', () => {
  expect(emptyNamed([...filesBelow('src'), ...filesBelow('test'), ...filesBelow('bin')])).toEqual([]);
});

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
    .sort();
}
