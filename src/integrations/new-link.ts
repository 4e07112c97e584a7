import type { Obstacle } from '../credentials/backends/backend.ts';
import { keyVariable } from '../credentials/key.ts';
import type { Link } from '../credentials/profiles.ts';
import type { ActiveKey, KeyStore } from '../credentials/store.ts';
import { MegallmError } from '../errors.ts';
import type { HttpClient } from '../system/http.ts';
import { toError } from '../verifier/advice.ts';
import { verify } from '../verifier/verify.ts';
import type { Tool } from './integration.ts';

export interface LinkWish {
  readonly tool: Tool;
  readonly profile: string;
  /** The profile that was asked for. */
  readonly named: string | undefined;
  readonly project: boolean;
  readonly form: Link['form'];
}

/** The key that the tool will use. Throws where it cannot ask for it: only a stored key can be asked for. */
export async function keyForTool(
  keys: KeyStore,
  { tool, profile, named, form }: LinkWish,
): Promise<ActiveKey> {
  if (form === 'plain') return keys.active(named);
  const active = await keys.active(profile);
  if (active.source !== 'environment') return active;
  throw new MegallmError(
    'not-signed-in',
    `${keyVariable} is set, but no key is stored that ${tool.title} could ask megallm for.`,
    [
      'megallm login --with-key',
      `megallm link ${tool.id} --plain-key   (to write this key into its settings)`,
    ],
  );
}

interface TriedOut {
  /** What the key can use. */
  readonly models: readonly string[];
  readonly doubts: readonly Obstacle[];
}

/**
 * Tries the key in the way the tool will use it, before anything is written: a tool that is refused may go on trying for
 * minutes.
 */
export async function tryForTool(
  http: HttpClient,
  { tool }: Pick<LinkWish, 'tool'>,
  { service, key }: ActiveKey,
): Promise<TriedOut> {
  const verified = await verify(http, service, key);
  if (verified.bearer.kind !== 'accepted') throw toError(verified.bearer, verified);
  const { mustServe } = await import('./endpoints.ts');
  await mustServe(tool, http, service, key);
  const { anthropic, models = [] } = verified;
  const isDoubtful = anthropic !== 'not-served' && anthropic.kind !== 'accepted';
  return { models: models.map(({ id }) => id), doubts: isDoubtful ? [refusedHeader] : [] };
}

const refusedHeader: Obstacle = {
  message:
    'The service takes this key as Bearer, but not as x-api-key, which Anthropic-format clients send too.',
  hints: ['megallm doctor --verbose'],
};
