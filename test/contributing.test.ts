/** .github/CONTRIBUTING.md shows the house as it is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { layers } from './support/architecture/layers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const guide = read('.github/CONTRIBUTING.md');

it('quotes the source as it stands', () => {
  const quotes = [...guide.matchAll(/^```ts (\S+)\n(.*?)^```$/gms)];
  expect(quotes.length).toBeGreaterThan(4);
  const untrue = quotes.filter(([, path = '', code = '']) => !read(path).includes(code));
  expect(untrue.map(([, path]) => path)).toEqual([]);
});

it('maps every room of src/, in the order of the layers', () => {
  const map = guide.slice(guide.indexOf('| room in'), guide.indexOf('`bin/` answers'));
  const rows = map.split('\n').slice(2);
  const names = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)(?:\.ts|\/)`/g)]);
  const rooms = names.map(([, name = '']) => name);
  expect([...rooms].sort()).toEqual(
    readdirSync(join(root, 'src'))
      .map((name) => name.replace(/\.ts$/, ''))
      .sort(),
  );
  const row = (room: string) => layers.findIndex((layer) => layer.includes(room));
  expect(rooms.map(row)).toEqual(rooms.map(row).sort((a, b) => a - b));
});

it('names commands and files that there are', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const commands = [...guide.matchAll(/`npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  const links = [...guide.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
