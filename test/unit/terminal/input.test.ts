import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readInput } from '../../../src/terminal/input.ts';

it('gives all that comes, as text', async () => {
  expect(await readInput(Readable.from([Buffer.from('a\u00e9'.slice(0, 2)), Buffer.from('b')]))).toBe('aéb');
  expect(await readInput(Readable.from([]))).toBe('');
});

it('keeps a character whole that comes in two pieces', async () => {
  const bytes = Buffer.from('é');
  expect(await readInput(Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]))).toBe('é');
});

it('gives up on an input that never ends', async () => {
  const stream = new PassThrough();
  stream.write('sk-mega-');
  await expect(readInput(stream, 20)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('did not end'),
  });
});

it('stops reading what is too long', async () => {
  let pieces = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        pieces += 1;
        yield Buffer.alloc(1024);
      }
    })(),
  );
  await expect(readInput(endless)).rejects.toMatchObject({ code: 'usage' });
  expect(pieces).toBeLessThan(200);
});

it('says that an input cannot be read', async () => {
  const error = Object.assign(new Error('read'), { code: 'EISDIR' });
  const broken = new Readable({ read: () => broken.destroy(error) });
  await expect(readInput(broken)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('EISDIR'),
  });
});
