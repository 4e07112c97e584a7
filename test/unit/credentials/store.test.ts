import { expect, it } from 'vitest';
import { Profiles } from '../../../src/credentials/profiles.ts';
import type { Storage } from '../../../src/credentials/storage/storage.ts';
import { KeyStore } from '../../../src/credentials/store.ts';
import { Secret } from '../../../src/secret.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

/** A keychain that counts how often it is read; the key in it is the one that `sign` has put there. */
function countedStore() {
  const home = temporaryHome();
  const never = () => {
    throw new Error('nobody asked for this');
  };
  let stored: Secret | undefined;
  let reads = 0;
  const keychain: Storage = {
    id: 'keychain',
    title: 'counted',
    placeOf: never,
    probe: never,
    planWrite: never,
    planRemoval: never,
    async read() {
      reads += 1;
      return stored;
    },
  };
  const sign = (text: string | undefined) => {
    stored = text === undefined ? undefined : new Secret(text);
    const key = stored && { fingerprint: stored.fingerprint, origin: 'pasted' };
    const record = { version: 1, ...(key && { storage: 'keychain', key }) };
    home.write('profiles/default/profile.json', JSON.stringify(record));
  };
  const profiles = new Profiles({ folder: home.path });
  const store = new KeyStore(
    {},
    profiles,
    { keychain, file: { ...keychain, id: 'file', read: never } },
    false,
  );
  return { sign, store, reads: () => reads };
}

it('asks the storage once for a key that stays the profile’s own', async () => {
  const { sign, store, reads } = countedStore();
  sign('sk-mega-the-first-of-two-keys');
  for (let time = 0; time < 3; time += 1) {
    expect((await store.active(undefined)).key.reveal()).toBe('sk-mega-the-first-of-two-keys');
  }
  expect(reads()).toBe(1);
});

it('sees what another process has stored or removed meanwhile', async () => {
  const { sign, store, reads } = countedStore();
  sign('sk-mega-the-first-of-two-keys');
  await store.active(undefined);
  sign('sk-mega-the-second-of-two-keys');
  expect((await store.active(undefined)).key.reveal()).toBe('sk-mega-the-second-of-two-keys');
  expect(reads()).toBe(2);
  sign(undefined);
  expect(await store.findActive(undefined)).toBeUndefined();
});
