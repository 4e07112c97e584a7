import { defaultAddress, type ServiceAddress } from '../api/address.ts';
import { reportChange, stalePlaces } from '../change-report.ts';
import { storageWish } from '../consent.ts';
import type { Context } from '../context.ts';
import { adoptKey, storeKey } from '../credentials/adopt.ts';
import { chooseStorage } from '../credentials/choose-storage.ts';
import { placeholderKey } from '../credentials/create-key.ts';
import { dashboardUrl, parseKey } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import { readInput } from '../terminal/input.ts';
import type { Report } from '../terminal/output.ts';
import { isTerminal } from '../terminal/streams.ts';

interface Options {
  readonly withKey?: boolean;
  readonly insecureStorage?: boolean;
}

/** Takes a key, proves that it works, and stores it as the profile's own. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { flags, keys, machine, profiles } = context;
  const profile = profiles.choose(context.namedProfile);
  const service = keys.newKeyService();
  const source = keySource(context, options);
  const storage = await chooseStorage(
    profile,
    context,
    storageWish(context, options.insecureStorage === true),
  );
  const tools = { changes: await context.changes(), keys, profiles };
  const adoption = { command: 'login', profile, storage, origin: 'pasted', service } as const;
  if (source === 'person' && flags.dryRun) {
    const data = { profile, storage, key: placeholderKey, identity: null, organisation: null };
    return reportChange(await storeKey(tools, { ...adoption, key: placeholderKey }), machine.home, data, []);
  }
  const key = parseKey(await readKey(context, source));
  const http = await context.http();
  const { change, verified, organisation } = await adoptKey({ ...tools, http }, { ...adoption, key });
  const identity = verified.identity;
  const data = { profile, storage, key, identity: identity ?? null, organisation: organisation ?? null };
  const report = reportChange(change, machine.home, data, []);
  if (change.dryRun) return report;
  const who = [String(key), identity?.email ?? identity?.name, organisation?.name]
    .filter(Boolean)
    .join(' · ');
  const stored = keys.storage(storage);
  return {
    ...report,
    talk: [
      { mark: 'ok', label: 'Key verified', detail: who, ...placeOf(service) },
      { mark: 'ok', label: 'Stored', detail: `profile ${profile}, in ${stored.title}` },
      ...stalePlaces(profiles.read(profile), machine.home),
      { label: 'Next', next: ['megallm env write --to dotenv', 'megallm env write --to bash'] },
    ],
  };
}

/** Who has the key: whoever writes to stdin, or the person at the terminal. */
type KeySource = 'pipe' | 'person';

/** Throws `usage` when there is neither. */
function keySource({ streams, prompts, flags }: Context, { withKey }: Options): KeySource {
  if (withKey && !isTerminal(streams, 'stdin')) return 'pipe';
  if (prompts.interactive || flags.dryRun) return 'person';
  throw noTerminal();
}

async function readKey({ streams, prompts }: Context, source: KeySource): Promise<string> {
  if (source === 'pipe') return readInput(streams.stdin);
  return prompts.secret(`Paste your MegaLLM key (from ${dashboardUrl})`, noTerminal);
}

function noTerminal(): MegallmError {
  return new MegallmError('usage', 'There is no terminal to ask for a key.', [
    'Pipe one in: megallm login --with-key < file-with-the-key',
  ]);
}

/** Who was asked, where that is not MegaLLM itself: an override may come from a file that somebody else wrote. */
function placeOf({ gateway }: ServiceAddress): { place?: string } {
  return gateway === defaultAddress.gateway ? {} : { place: new URL(gateway).host };
}
