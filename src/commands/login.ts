import { defaultAddress, type ServiceAddress } from '../api/address.ts';
import { reportChange, stalePlaces } from '../change-report.ts';
import { storageWish } from '../consent.ts';
import type { Context } from '../context.ts';
import { type Adopted, type Adoption, adoptKey, storeKey } from '../credentials/adopt.ts';
import { usualBackend } from '../credentials/backends/catalog.ts';
import { chooseStorage } from '../credentials/choose-storage.ts';
import { placeholderKey } from '../credentials/create-key.ts';
import { rehearseStore } from '../credentials/rehearsal.ts';
import { MegallmError } from '../errors.ts';
import { offerTakeOver } from '../legacy-offer.ts';
import type { Secret } from '../secret.ts';
import { chooseFlow, type Flow } from '../signin/choose-flow.ts';
import { type PasteSource, pasteSource, readPastedKey } from '../signin/pasted-key.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly device?: boolean;
  /** False for `--no-browser`. */
  readonly browser?: boolean;
  readonly withKey?: boolean;
  readonly insecureStorage?: boolean;
}

/** Signs in, or takes a key; proves that it works, and stores it as the profile's own. */
export async function run(context: Context, options: Options): Promise<Report> {
  const { flags, keys, profiles } = context;
  const profile = profiles.choose(context.namedProfile);
  const taken = await offerTakeOver(context, profile, {
    insecure: options.insecureStorage === true,
    hasKey: options.withKey === true,
  });
  if (taken) return taken;
  const service = keys.newKeyService();
  const source = keySource(context, options);
  const storage = await chooseStorage(
    profile,
    context,
    storageWish(context, options.insecureStorage === true),
  );
  const origin = source === 'pipe' || source === 'person' ? 'pasted' : 'obtained';
  const adoption = { command: 'login', profile, storage, origin, service } as const;
  const tools = { changes: await context.changes(), keys, profiles };
  const dry = { ...adoption, key: placeholderKey };
  if (flags.dryRun && source !== 'pipe') {
    return report(context, dry, { change: await storeKey(tools, dry) });
  }
  const http = await context.http();
  const adopt = async (key: Secret) => {
    const wish = { ...adoption, key };
    return report(context, wish, await adoptKey({ ...tools, http }, wish));
  };
  if (source === 'pipe' || source === 'person') return adopt(await readPastedKey(context, source));
  await rehearseStore({ keys }, dry);
  const { signIn } = await import('../signin/sign-in.ts');
  return signIn({ ...context, http }, { flow: source, service }, adopt);
}

function report(
  { keys, machine, profiles }: Context,
  { profile, storage, key, service }: Adoption,
  { change, verified, organisation }: Partial<Adopted> & Pick<Adopted, 'change'>,
): Report {
  const identity = verified?.identity;
  const data = { profile, storage, key, identity: identity ?? null, organisation: organisation ?? null };
  const base = reportChange(change, machine.home, data, []);
  if (change.dryRun) return base;
  const usual = usualBackend(machine) ?? 'bash';
  const who = [identity?.email ?? identity?.name, organisation?.name].filter(Boolean).join(' · ');
  return {
    ...base,
    talk: [
      ...(who ? [{ mark: 'ok', label: 'Signed in', detail: who } as const] : []),
      { mark: 'ok', label: 'Key verified', detail: String(key), ...placeOf(service) },
      { mark: 'ok', label: 'Stored', detail: `profile ${profile}, in ${keys.storage(storage).title}` },
      ...stalePlaces(profiles.read(profile), machine.home),
      { label: 'Next', next: ['megallm env write --to dotenv', `megallm env write --to ${usual}`] },
    ],
  };
}

/** Throws `usage` when the key can come from nowhere. */
function keySource(context: Context, options: Options): Flow | PasteSource {
  const device = options.device === true || options.browser === false;
  if (!options.withKey) {
    return chooseFlow(context.machine, { device, interactive: context.prompts.interactive });
  }
  if (!device) return pasteSource(context);
  throw new MegallmError('usage', '--with-key takes a key that is there, without a sign-in.', [
    'Leave out --with-key, or --device and --no-browser.',
  ]);
}

/** Who was asked, where that is not MegaLLM itself: an override may come from a file that somebody else wrote. */
function placeOf({ gateway }: ServiceAddress): { place?: string } {
  return gateway === defaultAddress.gateway ? {} : { place: new URL(gateway).host };
}
