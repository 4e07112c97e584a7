import type { ListedKey } from '../../api/shapes.ts';
import { beginningAs } from '../../credentials/account-keys.ts';
import { inWords } from '../../verifier/clock-advice.ts';
import type { DebugAuth } from '../../verifier/debug-auth.ts';
import type { Check, Patient } from '../check.ts';
import { skipped, whyUnknown } from '../service.ts';

/** Whether the profile's organisation is still there, and the key one of its. */
export const organisation: Check = {
  id: 'organisation',
  group: 'Service',
  title: 'Organisation',
  needsKey: true,
  async run(patient) {
    const { active, profile, profileFlag, profileName, profiles, service } = patient;
    const { verification, organisations } = await service();
    const [report, listed, own] = await Promise.all([verification, organisations, listedKey(patient)]);
    const skip = skipped(report);
    if (skip) return skip;
    if (listed.kind !== 'ok') return { status: 'skip', detail: whyUnknown(listed) };
    const all = listed.value;
    const named = (id: string) => all.find((one) => one.id === id)?.name ?? id;
    // A key of the environment has nothing to do with what the profile remembers.
    const saved = (await active).source === 'environment' ? undefined : profile.organisation;
    const org = typeof own === 'object' ? own.org : undefined;
    if (saved === undefined) {
      if (org !== undefined) return { status: 'pass', detail: named(org), names: [named(org)] };
      return { status: 'skip', detail: 'the service does not tell which one the key belongs to' };
    }
    if (!all.some(({ id }) => id === saved.id)) {
      return {
        status: 'fail',
        detail: `${saved.name} is gone, or you are no member of it any more: no key can be made there`,
        next: [`megallm switch-org${profileFlag}`, `megallm login${profileFlag}`],
        code: 'failed',
      };
    }
    if (org === undefined || org === saved.id)
      return { status: 'pass', detail: named(saved.id), names: [named(saved.id)] };
    return {
      status: 'warn',
      detail: `the key belongs to ${named(org)}, and the profile says ${saved.name}`,
      names: [named(org)],
      next: [`megallm doctor --fix${profileFlag}   (to remember the right one)`],
      mend: (draft) =>
        profiles.update(draft, profileName, (record) => ({
          ...record,
          organisation: { id: org, name: named(org) },
        })),
    };
  },
};

/** What the key may do, as far as the service lets it be known. */
export const scopes: Check = {
  id: 'scopes',
  group: 'Service',
  title: 'Scopes',
  needsKey: true,
  async run({ service }) {
    const { verification, organisations, keys } = await service();
    const [report, orgs, listed] = await Promise.all([verification, organisations, keys]);
    const skip = skipped(report);
    if (skip) return skip;
    const { bearer, identity } = report;
    const told = bearer.kind === 'accepted' ? toldScopes(bearer.debug) : undefined;
    if (told !== undefined) return { status: 'pass', detail: told };
    const shown = ['api:use'];
    if (identity !== undefined || orgs.kind === 'ok') shown.push('profile:read');
    if (listed.kind === 'ok') shown.push('keys:read');
    const refused = listed.kind === 'forbidden' ? '; it may not list keys' : '';
    return { status: 'pass', detail: `${shown.join(' ')}, as its answers show${refused}` };
  },
};

function toldScopes(debug: DebugAuth): string | undefined {
  const value = debug.find(({ name }) => /(^|[.-])scopes?$/.test(name))?.value;
  return value || undefined;
}

const dayMs = 86_400_000;
const soonDays = 14;

/** When the key ends. */
export const expiry: Check = {
  id: 'expiry',
  group: 'Service',
  title: 'Key expiry',
  needsKey: true,
  async run(patient) {
    const { service, profileFlag, active } = patient;
    const { verification } = await service();
    const [report, own, { source }] = await Promise.all([verification, listedKey(patient), active]);
    const skip = skipped(report);
    if (skip) return skip;
    if (typeof own === 'string') return { status: 'skip', detail: own };
    if (own.expiresAt === undefined) return { status: 'pass', detail: 'none' };
    const left = Date.parse(own.expiresAt) - Date.now();
    const day = own.expiresAt.slice(0, 10);
    if (Number.isNaN(left)) return { status: 'skip', detail: `the service tells no time: ${day}` };
    // A key of the environment is in no place that megallm knows of.
    const rotate = source === 'environment' ? 'megallm keys create' : `megallm keys rotate${profileFlag}`;
    if (left <= 0) {
      return {
        status: 'fail',
        detail: `it expired on ${day}, though the service still takes it`,
        next: [rotate, `megallm login${profileFlag}   (once it is refused)`],
        code: 'unauthorized',
      };
    }
    const detail = `in ${inWords(Math.round(left / 1000))} (${day})`;
    if (left <= soonDays * dayMs) return { status: 'warn', detail, next: [rotate] };
    return { status: 'pass', detail };
  },
};

/** The active key as the service lists it; else why that is not known. */
async function listedKey({ active, service }: Patient): Promise<ListedKey | string> {
  const listed = await (await service()).keys;
  if (listed.kind !== 'ok') return whyUnknown(listed);
  const [only, ...others] = beginningAs((await active).key, listed.value);
  if (only === undefined) return 'the service does not list this key';
  return others.length === 0 ? only : 'the service lists several keys that begin like this one';
}
