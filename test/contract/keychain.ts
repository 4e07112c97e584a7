import { expect, it } from 'vitest';
import { Secret } from '../../src/secret.ts';
import type { Keychain } from '../../src/system/keychain.ts';

export interface KeychainUnderTest {
  readonly keychain: Keychain;
  /** The accounts that have an entry, as somebody else sees them, sorted. */
  accounts(): readonly string[];
  lock(): void;
}

/** What every keychain does, of whichever system. `open`: an empty, unlocked one, for one test. */
export function keychainContract(open: () => Promise<KeychainUnderTest>): void {
  const key = new Secret(`sk-mega-${'a'.repeat(64)}`);
  const other = new Secret(`sk-mega-${'b'.repeat(64)}`);

  it('gives back what was written last, each account its own', async () => {
    const { keychain, accounts } = await open();
    expect(await keychain.read('default')).toBeUndefined();
    await keychain.write('default', other);
    await keychain.write('work@org-1', other);
    await keychain.write('default', key);
    expect((await keychain.read('default'))?.reveal()).toBe(key.reveal());
    expect((await keychain.read('work@org-1'))?.reveal()).toBe(other.reveal());
    expect(accounts()).toEqual(['default', 'work@org-1']);
  });

  it('takes whatever a key may be', async () => {
    const { keychain } = await open();
    for (const text of ['sk-mega-$(touch x)%PATH%;&|<>\\', `sk-mega-${'é'.repeat(12)}`, 'x'.repeat(1_280)]) {
      await keychain.write('default', new Secret(text));
      expect((await keychain.read('default'))?.reveal()).toBe(text);
    }
  });

  it('removes an entry, and minds none that is not there', async () => {
    const { keychain, accounts } = await open();
    await keychain.write('default', key);
    await keychain.remove('default');
    await keychain.remove('default');
    expect(await keychain.read('default')).toBeUndefined();
    expect(accounts()).toEqual([]);
  });

  it('a probe finds nothing wrong, and leaves nothing behind', async () => {
    const { keychain, accounts } = await open();
    await keychain.write('default', key);
    expect(await keychain.probe()).toBeUndefined();
    expect(accounts()).toEqual(['default']);
  });

  it('locked, it says so to whoever asks, and keeps what it has', async () => {
    const { keychain, accounts, lock } = await open();
    await keychain.write('default', key);
    lock();
    expect(await keychain.probe()).toMatchObject({ id: 'locked', absent: false });
    for (const use of [
      () => keychain.read('default'),
      () => keychain.write('default', other),
      () => keychain.remove('default'),
    ]) {
      await expect(use()).rejects.toMatchObject({ code: 'failed', message: 'The keychain is locked.' });
    }
    expect(accounts()).toEqual(['default']);
  });
}
