import type { Word } from './characters.ts';
import { type ShellSource, Unclosed } from './source.ts';

/** `(…)` with words, lines and comments. */
export function readArray(
  source: ShellSource,
  readWord: (source: ShellSource, mayAssign: boolean) => Word,
): void {
  const at = source.position;
  source.position += 1;
  source.nested(at, () => {
    for (;;) {
      source.skipLines();
      if (source.take(')')) return;
      if (source.position >= source.text.length) throw new Unclosed(at);
      const { start, end } = readWord(source, false);
      // No word begins with `;`, `&` and the like, which have no business here.
      if (start === end) source.position += 1;
    }
  });
}
