import type { Source } from './source.ts';

export const maxLines = 250;

/** Names that say nothing, so that anything ends up behind them. */
const emptyNames = /^(utils?|utilit(y|ies)|helpers?|misc|common)$/;

export function tooLong(sources: readonly Source[], limit = maxLines): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > limit ? [`${path} has ${lines} lines, of ${limit}`] : [];
  });
}

export function defaultExports(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, defaultExport }) =>
    defaultExport === undefined ? [] : [`${path}:${defaultExport} has a default export`],
  );
}

/** Of files and folders, also as a part: `string-utils.ts`, `test.helpers/`. */
export function emptyNamed(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const name = path.split(/[/.-]/).find((word) => emptyNames.test(word.toLowerCase()));
    return name === undefined ? [] : [`${path}: ${name} says nothing about what is in there`];
  });
}
