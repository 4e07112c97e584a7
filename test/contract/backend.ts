import { expect, it } from 'vitest';
import { Changes } from '../../src/changes/changes.ts';
import type { Draft } from '../../src/changes/draft.ts';
import type { ExportedVariables } from '../../src/credentials/backends/backend.ts';
import { backends } from '../../src/credentials/backends/catalog.ts';
import { keyVariable } from '../../src/credentials/key.ts';
import { Locations } from '../../src/credentials/locations.ts';
import { Profiles } from '../../src/credentials/profiles.ts';
import { Secret } from '../../src/secret.ts';
import type { Keychain } from '../../src/system/keychain.ts';
import type { Machine } from '../../src/system/machine.ts';
import { FakeUserVariables } from '../support/fake-user-variables.ts';
import { type Home, temporaryHome } from '../support/temporary-home.ts';

export interface BackendCase {
  readonly id: string;
  /** Sets the variable as a person would, where it wins over what megallm writes. */
  setByHand(value: string, home: Home, userVariables: FakeUserVariables): Promise<void> | void;
  /** Why nobody can tell here what a program would find. */
  readonly unproven?: string;
}

const [first, second, other] = ['a', 'b', 'c'].map((letter) => `sk-mega-${letter.repeat(64)}`) as [
  string,
  string,
  string,
];

/** What every backend does, by way of the locations that commands use. */
export function backendContract({ id, setByHand, unproven }: BackendCase): void {
  it('writes, finds and proves a key, and gives back what was there before', async () => {
    const { locations, state, make, write } = situation();
    const backend = await locations.open(id, {});
    expect(await backend.probe()).toBeUndefined();
    expect(await backend.find([keyVariable])).toEqual([]);
    expect(await backend.conflicts([keyVariable])).toEqual([]);
    if (!unproven)
      expect(await backend.prove(exported(first))).toMatchObject({ kind: 'missing', name: keyVariable });

    const before = state();
    expect(await write(first)).toBe(true);
    expect(await keyAt(locations)).toBe(first);
    expect(await backend.conflicts([keyVariable])).toEqual([]);
    const seen = unproven ? { kind: 'unknown', reason: unproven } : { kind: 'seen' };
    expect(await backend.prove(exported(first))).toMatchObject(seen);
    if (!unproven) expect(await backend.prove(exported(second))).toMatchObject({ kind: 'different' });
    expect(await write(first)).toBe(false);

    expect(await write(second)).toBe(true);
    expect(await keyAt(locations)).toBe(second);
    if (!unproven) expect(await backend.prove(exported(second))).toMatchObject({ kind: 'seen' });

    const [location] = locations.remembered('default');
    expect(location).toMatchObject({ backend: id, path: backend.path, variables: [keyVariable] });
    const remove = async (draft: Draft) => location && locations.planRemoval(draft, 'default', location);
    expect(await make(remove)).toBe(true);
    expect(state()).toEqual(before);
    expect(await make(remove)).toBe(false);
  });

  it('leaves what a person set alone, until told otherwise', async () => {
    const { home, userVariables, locations, state, write } = situation();
    await setByHand('mine', home, userVariables);
    const before = state();
    const [found] = await (await locations.open(id, {})).conflicts([keyVariable]);
    expect(found).toMatchObject({ name: keyVariable });
    expect(found?.value?.reveal()).toBe('mine');
    await expect(write(first)).rejects.toMatchObject({ code: 'refused' });
    expect(state()).toEqual(before);
    expect(await write(first, 'anything')).toBe(true);
    expect(await keyAt(locations)).toBe(first);
  });

  it('does not take out another profile’s key', async () => {
    const { locations, profiles, make, write } = situation();
    await write(first);
    const [location] = locations.remembered('default');
    await make((draft) => {
      const key = { fingerprint: new Secret(other).fingerprint, origin: 'pasted' } as const;
      profiles.update(draft, 'other', (profile) => ({ ...profile, key }));
    });
    await write(other, 'ours-only', 'other');
    await make(async (draft) => location && locations.planRemoval(draft, 'default', location));
    expect(await keyAt(locations)).toBe(other);
  });

  async function keyAt(locations: Locations): Promise<string | undefined> {
    const found = await (await locations.open(id, {})).find([keyVariable]);
    return found.at(-1)?.value?.reveal();
  }

  function situation() {
    const home = temporaryHome();
    const userVariables = new FakeUserVariables();
    const machine = machineOf(home);
    const profiles = new Profiles(machine);
    const locations = new Locations(machine, profiles, {
      backends,
      tools: {},
      userVariables: async () => userVariables,
    });
    const changes = new Changes(
      machine,
      { keychain: noKeychain, userVariables: async () => userVariables },
      false,
    );
    const make = async (fill: (draft: Draft) => unknown) => {
      const note = { command: 'test', profile: 'default', isOurKey: profiles.knownKeys() };
      return (await changes.make(note, async (draft) => void (await fill(draft)))).applied;
    };
    return {
      home,
      userVariables,
      locations,
      profiles,
      make,
      state: () => [
        [...home.snapshot()].filter(([path]) => !path.startsWith('.megallm')),
        userVariables.values,
      ],
      write: async (key: string, replace: 'ours-only' | 'anything' = 'ours-only', profile = 'default') => {
        const backend = await locations.open(id, {});
        return make((draft) => locations.planWrite(draft, profile, { backend, replace }, exported(key)));
      },
    };
  }
}

function machineOf({ path }: Home): Machine {
  const env = { HOME: path, PATH: process.env.PATH };
  return { platform: process.platform, env, cwd: path, home: path, folder: `${path}/.megallm` };
}

function exported(key: string): ExportedVariables {
  return new Map([[keyVariable, new Secret(key)]]);
}

function refuse(): never {
  throw new Error('No backend has to do with the keychain.');
}

const noKeychain: Keychain = {
  unfit: refuse,
  probe: refuse,
  read: refuse,
  write: refuse,
  remove: refuse,
};
