import { describe, expect, it } from 'vitest';
import { MegallmError } from '../../../src/errors.ts';
import { parse } from '../../../src/program.ts';

const parseWords = (line: string) => parse(line.split(' ').filter(Boolean), '1.2.3');

describe('parse', () => {
  it.each([
    ['env write --to dotenv --to bash,zsh --file x', { to: ['dotenv', 'bash', 'zsh'], file: 'x' }],
    ['undo 12', { id: '12' }],
    ['login --with-key --insecure-storage', { withKey: true, insecureStorage: true }],
  ])('%s', async (line, options) => {
    expect(await parseWords(line)).toMatchObject({ kind: 'command', options });
  });

  it.each([
    '--json -p work whoami',
    'whoami --json -p work',
    'whoami -p work --json',
    '--json whoami --profile work',
  ])('takes the flags of every command anywhere: %s', async (line) => {
    expect(await parseWords(line)).toMatchObject({ flags: { json: true, profile: 'work', dryRun: false } });
  });

  it('has a command of its own for no words at all', async () => {
    expect(await parseWords('--profile work')).toMatchObject({ kind: 'command', flags: { profile: 'work' } });
    expect(await parseWords('')).toMatchObject({ kind: 'command' });
  });

  it.each(['--help', '-h', 'env', 'env --help', 'env write --help', '--json --version'])(
    'prints something for %j',
    async (line) => {
      expect(await parseWords(line)).toMatchObject({
        kind: 'help',
        text: expect.stringMatching(/megallm|1\.2\.3/),
      });
    },
  );

  it.each(['wohami', 'env wirte', 'whoami extra', 'whoami --nope', 'env write --to'])(
    'refuses %s',
    async (line) => {
      await expect(parseWords(line)).rejects.toThrow(MegallmError);
      await expect(parseWords(line)).rejects.toMatchObject({ code: 'usage' });
    },
  );
});
