import { removeSpan } from '../../changes/text-lines.ts';
import { Secret } from '../../secret.ts';
import { keyVariable } from '../key.ts';
import type { Flaw, IsOurKey } from './backend.ts';
import { type DotenvAssignment, readDotenv } from './dotenv-file.ts';

/** A key of ours that a later line of the same file overrules: it would stay when the key is rotated. */
export function dotenvFlaws(path: string, text: string, isOurs: IsOurKey): Flaw[] {
  const ours = (each: DotenvAssignment) =>
    each.name === keyVariable && isOurs(new Secret(each.value).fingerprint);
  const superfluous = (all: readonly DotenvAssignment[]) => {
    const last = all.findLast(({ name }) => name === keyVariable);
    return last && ours(last) ? all.filter((each) => each !== last && ours(each)) : [];
  };
  return superfluous(readDotenv(text)).map(({ line }) => ({
    path,
    line,
    detail: `sets ${keyVariable}, and a later line does again`,
    next: [`Take out ${path}:${line}`],
    mend(draft) {
      const now = draft.read(path)?.toString('latin1') ?? '';
      const rest = superfluous(readDotenv(now)).reduceRight(
        (kept, { start, end }) => removeSpan(kept, start, end),
        now,
      );
      draft.write(path, Buffer.from(rest, 'latin1'));
    },
  }));
}
