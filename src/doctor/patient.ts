import type { Context } from '../context.ts';
import type { Obstacle } from '../credentials/backends/backend.ts';
import { backendIds } from '../credentials/backends/catalog.ts';
import { findLegacy } from '../credentials/legacy/legacy.ts';
import { profileFlag } from '../credentials/rotation/unfinished.ts';
import { MegallmError } from '../errors.ts';
import type { Connection } from '../system/http-connection.ts';
import type { Patient } from './check.ts';
import { askService } from './service.ts';

/** A keychain may wait a minute for a person to unlock it, which is longer than doctor has. */
const storageDeadlineMs = 15_000;

/** What one run of doctor looks at: nothing is remembered from one run to the next. */
export function examine(context: Context, verbose: boolean): Patient {
  const { keys, locations, machine, profiles, version } = context;
  const profileName = profiles.choose(context.namedProfile);
  const profile = profiles.read(profileName);
  const storage = profile.storage && keys.storage(profile.storage);
  const active = inTime(keys.active(context.namedProfile), () => {
    throw new MegallmError('failed', locked.message, locked.hints);
  });
  // Only the checks that need it look at it.
  active.catch(() => undefined);
  const connections: Connection[] = [];
  const http = once(() => context.http((connection) => void connections.push(connection)));
  return {
    machine,
    version,
    profileName,
    profileFlag: profileFlag(profileName, profiles),
    profile,
    storage,
    storageProblem: once(async () => storage && inTime<Obstacle | undefined>(storage.probe(), () => locked)),
    active,
    service: once(async () => {
      const answering = await active;
      const organisation = answering.source === 'environment' ? undefined : profile.organisation;
      return askService(await http(), answering, organisation, connections);
    }),
    http,
    verbose,
    legacy: findLegacy(context),
    locations: profile.locations,
    open: (location) => locations.reopen(location),
    usualPlaces: once(async () => {
      const opened = await Promise.allSettled(backendIds.map((id) => locations.open(id, {})));
      return opened.flatMap((place) => (place.status === 'fulfilled' ? [place.value] : []));
    }),
    keys,
    profiles,
    places: locations,
  };
}

const locked: Obstacle = {
  message: `The keychain did not answer within ${storageDeadlineMs / 1000} s: it waits to be unlocked.`,
  hints: ['Unlock it, and run megallm doctor again.'],
};

async function inTime<T>(result: Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, storageDeadlineMs, undefined);
  });
  const answer = result.then((value) => ({ value }));
  const first = await Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
  return first ? first.value : late();
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= find());
}
