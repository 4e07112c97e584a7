import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../support/program.ts';
import { createHome } from '../../support/temporary-home.ts';

/** What a real parser finds in each file; `undefined` for one that it does not read. */
export type Read = (texts: readonly string[]) => Promise<(unknown | undefined)[]>;

/**
 * A program that reads all of the files at once. It works in a folder with the files `0`, `1` … and is given their
 * number; it prints a JSON list with what is in each, `null` where it cannot read one.
 */
export function readerByProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Read {
  return async (texts) => {
    using home = createHome();
    mkdirSync(join(home.path, 'files'));
    texts.forEach((text, index) => {
      writeFileSync(join(home.path, 'files', String(index)), Buffer.from(text, 'latin1'));
    });
    const options = {
      home,
      cwd: join(home.path, 'files'),
      env: { HOME: '/nowhere', LANG: 'C.UTF-8', ...env },
      timeout: 120_000,
    };
    const { stdout, stderr, exitCode } = await runProgram(file, [...args, String(texts.length)], options);
    if (exitCode !== 0) throw new Error(`${file} ended with ${exitCode}: ${stderr}`);
    const read: unknown = JSON.parse(stdout);
    if (!Array.isArray(read) || read.length !== texts.length) throw new Error(`${file} left out files`);
    return read.map((each) => each ?? undefined);
  };
}
