import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Draft } from '../../../src/changes/draft.ts';
import { drawBlock } from '../../../src/changes/managed-block.ts';
import { dotenvFlaws } from '../../../src/credentials/backends/dotenv-flaws.ts';
import { bash } from '../../../src/credentials/backends/shells/bash.ts';
import { flawsOf } from '../../../src/credentials/backends/shells/flaws.ts';
import { sha256 } from '../../../src/secret.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const key = `sk-mega-${'a1'.repeat(32)}`;
const isOurs = (fingerprint: string) => fingerprint === sha256(key);
const block = drawBlock(`${bash.readingLine}\n`, '\n');
const line = `export MEGALLM_API_KEY=${key}\n`;

/** The flaws of a file, and what its mends make of it. */
function examine(text: string, kind: 'bash' | 'dotenv' = 'bash') {
  const home = temporaryHome();
  home.write('file', text);
  const path = join(home.path, 'file');
  const now = readFileSync(path, 'latin1');
  const flaws = kind === 'bash' ? flawsOf(bash, path, now, isOurs) : dotenvFlaws(path, now, isOurs);
  const draft = new Draft();
  for (const { mend } of flaws) mend?.(draft);
  return {
    found: flaws.map(({ line: at, detail, mend }) => [at, detail, mend !== undefined]),
    mended: draft.read(path)?.toString('latin1'),
  };
}

it.each([
  ['', ''],
  [block, block],
  [`${block}alias x=y\n`, `${block}alias x=y\n`],
  [drawBlock(line, '\n'), drawBlock(line, '\n')],
])('finds nothing wrong with what megallm writes', (text) => {
  expect(examine(text)).toEqual({ found: [], mended: text });
});

it('leaves one block of three', () => {
  expect(examine(`${block}a\n${block}b\n${block}`)).toEqual({
    found: [
      [5, 'a second block of ours', true],
      [9, 'a second block of ours', true],
    ],
    mended: `${block}a\nb\n`,
  });
});

it.each(['# <<< megallm <<<', '# >>> megallm >>>'])('puts %s back', (marker) => {
  const { found, mended } = examine(`a=1\n${block.replace(`${marker}\n`, '')}b=2\n`);
  expect(found).toMatchObject([[expect.any(Number), expect.stringMatching(/^our block has no/), true]]);
  expect(mended).toBe(`a=1\n${block}b=2\n`);
});

it('mends no half block with anything else in it', () => {
  const text = '# >>> megallm >>>\nalias x=y\n';
  expect(examine(text)).toEqual({ found: [[1, 'our block has no end', false]], mended: text });
});

it('leaves what somebody put into the block to them', () => {
  const text = block.replace('# <<<', 'alias x=y\n# <<<');
  expect(examine(text)).toEqual({ found: [[1, 'our block was edited by hand', false]], mended: text });
});

it('takes the key out beside the block, before and after it, and not out of it', () => {
  const inline = drawBlock(line, '\n');
  expect(examine(`${line}${inline}x=1\n${line}`).mended).toBe(`${inline}x=1\n`);
});

it('leaves the last of the same lines in a .env, and the values of others', () => {
  const text = `MEGALLM_API_KEY=${key}\nMEGALLM_API_KEY=other\nMEGALLM_API_KEY=${key}\n`;
  expect(examine(text, 'dotenv')).toMatchObject({
    found: [[1, expect.any(String), true]],
    mended: `MEGALLM_API_KEY=other\nMEGALLM_API_KEY=${key}\n`,
  });
});
