import { describe, expect, it } from 'vitest';
import { commandLineOnWindows, quoteForBatch } from '../../../src/system/windows-command.ts';

const env = { Path: 'C:\\bin;"C:\\Program Files\\nodejs"', PATHEXT: '.COM;.EXE;.BAT;.CMD;.JS' };
const files = new Set([
  'C:\\bin\\tool.exe',
  'C:\\bin\\script.js',
  'C:\\Program Files\\nodejs\\npm.cmd',
  'C:\\work\\npm.cmd',
  'C:\\work\\local.exe',
]);
const resolve = (program: string, args: readonly string[] = []) =>
  commandLineOnWindows(program, args, { ...env, ComSpec: 'C:\\cmd.exe' }, 'C:\\work', (path) =>
    files.has(path),
  );

describe('a program on Windows', () => {
  it.each([
    ['tool', 'C:\\bin\\tool.exe'],
    ['tool.exe', 'C:\\bin\\tool.exe'],
    ['.\\local', 'C:\\work\\local.exe'],
    ['C:/bin/tool', 'C:\\bin\\tool.exe'],
  ])('is found: %s', (program, file) => {
    expect(resolve(program, ['a "b"'])).toEqual({ file, args: ['a "b"'], verbatim: false });
  });

  it('is not looked for in the working folder', () => {
    expect(() => resolve('local')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it.each(['nope', 'tool.cmd', ''])('that is not there is told of: %j', (program) => {
    expect(() => resolve(program)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('that is none is told of', () => {
    expect(() => resolve('script')).toThrow(expect.objectContaining({ code: 'not-executable' }));
  });

  it('that is a batch file is started by cmd.exe, in one pair of quotes', () => {
    expect(resolve('npm', ['run', 'a b'])).toEqual({
      file: 'C:\\cmd.exe',
      args: ['/d', '/e:ON', '/v:OFF', '/c', '""C:\\Program Files\\nodejs\\npm.cmd" run "a b""'],
      verbatim: true,
    });
  });
});

describe('an argument for a batch file', () => {
  it.each([
    ['plain-1.2/x:\\y', 'plain-1.2/x:\\y'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a"&calc', '"a""&calc"'],
    ['end\\', '"end\\\\"'],
    ['\\"', '"\\\\"""'],
    ['%PATH%', '"%%cd:~,%PATH%%cd:~,%"'],
    ['a&b|c<d>e^f(g)!h', '"a&b|c<d>e^f(g)!h"'],
    ['a,b;c=d', '"a,b;c=d"'],
  ])('%j becomes %s', (argument, quoted) => {
    expect(quoteForBatch(argument)).toBe(quoted);
  });

  it.each(['a\nb', 'a\rb', 'a\0b'])('is refused when no quoting carries it: %j', (argument) => {
    expect(() => quoteForBatch(argument)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
