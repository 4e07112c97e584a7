import type { ListedKey } from '../api/shapes.ts';
import { MegallmError } from '../errors.ts';
import type { Prompts } from '../terminal/prompts.ts';
import { age } from '../terminal/times.ts';

export interface Purpose {
  readonly activate?: boolean;
  readonly print?: boolean;
  readonly to?: readonly string[];
  /** The profile has one that the new key would take the place of. */
  readonly hasKey: boolean;
}

/** A new key takes the place of the profile's own only when that was asked for. Throws `usage` where nobody can tell. */
export async function activates(
  { activate = false, print = false, to = [], hasKey }: Purpose,
  profile: string,
  prompts: Prompts,
): Promise<boolean> {
  if (activate) return true;
  if (print || to.length > 0) return false;
  if (!hasKey) return true;
  const noUse = () =>
    new MegallmError('usage', `Profile ${profile} has a key already: say what the new one is for.`, [
      '--activate   (to use it in place of the old one)',
      '--print   (to print it)',
      '--to BACKEND   (to write it somewhere)',
    ]);
  if (await prompts.confirm(`Make the new key the one that profile ${profile} uses?`, noUse)) return true;
  throw noUse();
}

/** Another key of a name that is in use is made only on a yes: names are by what people tell keys apart. */
export async function agreeToSameName(
  prompts: Prompts,
  name: string,
  namesakes: readonly ListedKey[],
): Promise<void> {
  const [first] = namesakes.toReversed();
  if (first === undefined) return;
  const made = first.createdAt && age(first.createdAt, Date.now());
  const fact =
    namesakes.length > 1
      ? `${namesakes.length} keys are called ${JSON.stringify(name)}${made ? `, the last one made ${made}` : ''}.`
      : `There is a key called ${JSON.stringify(name)}${made ? `, made ${made}` : ''}.`;
  const inUse = () =>
    new MegallmError('usage', fact, [
      'Call the new one something else: --name NAME',
      'or add --yes to make another of that name.',
    ]);
  if (!(await prompts.agree(`${fact} Make another?`, inUse))) throw inUse();
}
