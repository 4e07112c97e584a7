import { MegallmError } from '../errors.ts';
import type { Backend, Companion, Found, Obstacle } from './backends/backend.ts';
import type { Write } from './locations.ts';

/** What has to be agreed to before something of the user's is touched. */
export interface Consent {
  /** Throws when values of the user's may not be replaced. */
  replace(found: readonly Found[]): Promise<void>;
  accompany(companion: Companion): Promise<boolean>;
  warn(warning: Obstacle): Promise<void>;
  /** Lets out text that a program reads, such as what a log is to mask; it may hold a key. */
  announce(text: string): void;
}

export interface WriteOptions {
  readonly inline?: boolean | undefined;
  /** Write even where an obstacle stands. */
  readonly force?: boolean | undefined;
}

/** Makes sure that each backend can be written to, and that the user agrees with what that would replace. */
export async function prepareWrites(
  backends: readonly Backend[],
  namesAt: (backend: Backend) => readonly string[],
  options: WriteOptions,
  consent: Consent,
): Promise<Write[]> {
  for (const backend of backends) {
    const obstacle = options.force ? undefined : await backend.probe();
    if (obstacle) throw new MegallmError('refused', obstacle.message, obstacle.hints);
  }
  const conflicts = await Promise.all(backends.map((backend) => backend.conflicts(namesAt(backend))));
  if (conflicts.flat().length > 0) await consent.replace(conflicts.flat());
  const writes: Write[] = [];
  for (const [index, backend] of backends.entries()) {
    const offered = await backend.companion?.();
    if (offered && !('plan' in offered)) await consent.warn(offered.warning);
    const companion = offered && 'plan' in offered ? offered : undefined;
    writes.push({
      backend,
      replace: conflicts[index]?.length ? 'anything' : 'ours-only',
      announce: (text) => consent.announce(text),
      ...(options.inline && { inline: true }),
      ...(companion && (await consent.accompany(companion)) && { companion }),
    });
  }
  return writes;
}
