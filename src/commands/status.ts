import { fetchIdentity } from '../api/account.ts';
import { shortened } from '../change-report.ts';
import type { Context } from '../context.ts';
import { keyVariable } from '../credentials/key.ts';
import { findLegacy } from '../credentials/legacy/legacy.ts';
import type { Location } from '../credentials/profiles.ts';
import { profileFlag, rotateCommand } from '../credentials/rotation/unfinished.ts';
import type { ActiveKey } from '../credentials/store.ts';
import { MegallmError } from '../errors.ts';
import { legacyLine, legacyPlaces } from '../legacy-offer.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';
import { toError } from '../verifier/advice.ts';

const deadlineMs = 5000;

/** A snapshot: the account, the key in use, and the places that hold it. */
export async function run(context: Context): Promise<Report> {
  const { profiles, keys, locations, machine } = context;
  const profile = profiles.choose(context.namedProfile);
  const active = await keys.findActive(context.namedProfile);
  const account = active && (await accountOf(context, active));
  const places = await Promise.all(
    locations.remembered(profile).map(async (location) => {
      const { backend, path } = location;
      return { backend, path, holds: await holdingOf(location, context, active) };
    }),
  );
  const legacy = findLegacy(context);
  const legacyFinding = legacyLine(legacy, machine.home, 'megallm login');
  const { organisation, rotation } = profiles.read(profile);
  const data = {
    signedIn: active !== undefined,
    profile,
    source: active?.source ?? null,
    key: active?.key ?? null,
    account: account?.data ?? null,
    organisation: organisation ?? null,
    locations: places,
    legacy: legacyPlaces(legacy),
    unfinishedRotation: rotation !== undefined,
  };
  const lines: Line[] = [
    { label: 'Profile', detail: [profile, organisation?.name].filter(Boolean).join(' · ') },
    ...(account ? [account.line] : []),
    active
      ? { mark: 'ok', label: 'Key', detail: `${active.key} · ${whereItIs(context, active)}` }
      : { mark: 'warn', label: 'Key', detail: 'none', next: ['megallm login'] },
    ...(legacyFinding ? [legacyFinding] : []),
    ...(rotation ? [unfinishedLine(profile, profiles)] : []),
    ...places.map(({ backend, path, holds: state }) => ({
      ...placeMarks[state],
      label: backend,
      place: shortened(path, machine.home),
    })),
  ];
  return { data, lines, exitCode: active ? 0 : 3 };
}

function unfinishedLine(profile: string, profiles: Context['profiles']): Line {
  const next = [`${rotateCommand}${profileFlag(profile, profiles)}`];
  return { mark: 'warn', label: 'Rotation', detail: 'begun and not finished', next };
}

type Holding = keyof typeof placeMarks;

const placeMarks = {
  'this key': { mark: 'ok', detail: 'this key' },
  'a reference': { mark: 'ok', detail: 'a reference to the key' },
  'another key': { mark: 'warn', detail: 'another key', next: ['megallm doctor'] },
  'no key': { mark: 'warn', detail: 'no key any more', next: ['megallm doctor'] },
  unreadable: { mark: 'warn', detail: 'cannot be read', next: ['megallm doctor'] },
} as const;

async function holdingOf(
  location: Location,
  { locations }: Context,
  active: ActiveKey | undefined,
): Promise<Holding> {
  try {
    const place = await locations.reopen(location);
    const found = (await place.find([keyVariable])).at(-1);
    if (found === undefined) return 'no key';
    if (place.holdsReferences && found.value === undefined) return 'a reference';
    return active?.key.equals(found.value) ? 'this key' : 'another key';
  } catch (error) {
    if (error instanceof MegallmError) return 'unreadable';
    throw error;
  }
}

function whereItIs({ keys }: Context, { source, why }: ActiveKey): string {
  return source === 'environment' ? why : `in ${keys.storage(source).title}`;
}

/** A snapshot does not fail because the service does: the line says what the service said. */
async function accountOf(
  { http }: Context,
  { service, key }: ActiveKey,
): Promise<{ data: object | null; line: Line }> {
  const identity = await fetchIdentity(await http(), service, key, { deadlineMs });
  if (identity.kind !== 'ok') {
    const { message } = toError(identity);
    return {
      data: null,
      line: { mark: 'warn', label: 'Account', detail: message, next: ['megallm doctor'] },
    };
  }
  const { email, name, subject } = identity.value;
  return { data: identity.value, line: { mark: 'ok', label: 'Account', detail: email ?? name ?? subject } };
}
