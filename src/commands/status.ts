import { fetchIdentity } from '../api/account.ts';
import type { Context } from '../context.ts';
import { keyVariable } from '../credentials/key.ts';
import type { ActiveKey } from '../credentials/store.ts';
import type { Report } from '../terminal/output.ts';
import type { Line } from '../terminal/theme.ts';
import { toError } from '../verifier/advice.ts';

const deadlineMs = 5000;

/** A snapshot: the account, the key in use, and the places that hold it. */
export async function run(context: Context): Promise<Report> {
  const { profiles, keys, locations } = context;
  const profile = profiles.choose(context.namedProfile);
  const active = await keys.findActive(context.namedProfile);
  const account = active && (await accountOf(context, active));
  const places = await Promise.all(
    locations.remembered(profile).map(async (location) => {
      const found = (await (await locations.reopen(location)).find([keyVariable])).at(-1);
      return { backend: location.backend, path: location.path, holds: holds(found?.value, active) };
    }),
  );
  const { organisation } = profiles.read(profile);
  const data = {
    signedIn: active !== undefined,
    profile,
    source: active?.source ?? null,
    key: active?.key ?? null,
    account: account?.data ?? null,
    organisation: organisation ?? null,
    locations: places,
  };
  const lines: Line[] = [
    { label: 'Profile', detail: [profile, organisation?.name].filter(Boolean).join(' · ') },
    ...(account ? [account.line] : []),
    active
      ? { mark: 'ok', label: 'Key', detail: `${active.key} · ${describeSource(active)}` }
      : { mark: 'warn', label: 'Key', detail: 'none', next: ['megallm login'] },
    ...places.map(({ backend, path, holds: state }) => ({
      ...placeMarks[state],
      label: backend,
      place: path,
    })),
  ];
  return { data, lines, exitCode: active ? 0 : 3 };
}

type Holding = 'this key' | 'another key' | 'no key';

const placeMarks = {
  'this key': { mark: 'ok', detail: 'this key' },
  'another key': { mark: 'warn', detail: 'another key', next: ['megallm doctor'] },
  'no key': { mark: 'warn', detail: 'no key any more', next: ['megallm doctor'] },
} as const;

function holds(value: ActiveKey['key'] | undefined, active: ActiveKey | undefined): Holding {
  if (value === undefined) return 'no key';
  return active?.key.equals(value) ? 'this key' : 'another key';
}

function describeSource({ source, profile, why }: ActiveKey): string {
  return source === 'environment'
    ? `${keyVariable} · ${why}`
    : `stored in the ${source} · profile ${profile}`;
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
