import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { SystemKeychain } from '../../src/system/keychain.ts';
import { problems } from '../../src/system/keychain-problems.ts';
import { FakeKeychain } from '../support/fake-keychain.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { startSecretService } from '../support/secret-service.ts';
import { keychainContract } from './keychain.ts';

/** As `npm test` builds it. */
const path = fileURLToPath(new URL('../../dist/keychain-child.cjs', import.meta.url));

describe('the keychain of the tests', () => {
  keychainContract(async () => {
    const keychain = new FakeKeychain();
    return {
      keychain,
      accounts: () => [...keychain.entries.keys()].sort(),
      lock: () => {
        keychain.problem = problems.locked;
      },
    };
  });
});

describeWith(requirements.secretService, 'the Secret Service', () => {
  keychainContract(async () => {
    const { env, accounts, lock } = await startSecretService();
    const setting = { path, env, platform: process.platform, attended: () => false };
    return { keychain: new SystemKeychain(setting), accounts, lock };
  });

  it('a frozen one keeps nobody waiting, not even who could unlock it', async () => {
    const { env, daemon } = await startSecretService();
    const setting = { path, env, platform: process.platform, attended: () => true };
    daemon.kill('SIGSTOP');
    const started = performance.now();
    expect(await new SystemKeychain(setting).probe()).toMatchObject({ id: 'frozen' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

it('a keychain process that ends without an answer has crashed', async () => {
  const setting = { path: '/nowhere', env: {}, platform: process.platform, attended: () => false };
  expect(await new SystemKeychain(setting).probe()).toMatchObject({ id: 'crashed' });
});

it('a process that was started ahead takes the first call, and no other', async () => {
  const requests: unknown[] = [];
  const ahead = {
    ask(request: unknown) {
      requests.push(request);
      return {
        answer: Promise.resolve({ kind: 'value', value: 'sk-mega-ahead' } as const),
        end: () => undefined,
      };
    },
  };
  const setting = { path: '/nowhere', env: {}, platform: process.platform, attended: () => false, ahead };
  const keychain = new SystemKeychain(setting);
  expect((await keychain.read('work'))?.reveal()).toBe('sk-mega-ahead');
  expect(requests).toEqual([{ call: 'read', account: 'work' }]);
  await expect(keychain.read('work')).rejects.toMatchObject({ message: problems.crashed.message });
  expect(requests).toHaveLength(1);
});

describe('a secret that Windows would not take', () => {
  const tooLong = new Secret(`sk-mega-${'a'.repeat(1_273)}`);
  const message = 'The key is longer than the 1280 characters that this keychain takes.';

  it('is refused before anything is asked of it', async () => {
    // A process that is not there could not have been asked.
    const setting = { path: '/nowhere', env: {}, attended: () => false };
    const windows = new SystemKeychain({ ...setting, platform: 'win32' });
    expect(windows.unfit(tooLong)).toMatchObject({ id: 'too-long', message });
    expect(windows.unfit(new Secret('a'.repeat(1_280)))).toBeUndefined();
    await expect(windows.write('default', tooLong)).rejects.toMatchObject({ code: 'failed', message });
    expect(new SystemKeychain({ ...setting, platform: 'linux' }).unfit(tooLong)).toBeUndefined();
  });

  it('so does the one of the tests', async () => {
    const fake = new FakeKeychain(1_280);
    await expect(fake.write('default', tooLong)).rejects.toMatchObject({ message });
    expect(fake.entries.size).toBe(0);
  });
});
