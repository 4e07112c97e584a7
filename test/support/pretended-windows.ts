import { defaultAddress } from '../../src/api/address.ts';
import { Changes } from '../../src/changes/changes.ts';
import { type Context, createContext, type GlobalFlags } from '../../src/context.ts';
import { backends } from '../../src/credentials/backends/catalog.ts';
import { Locations } from '../../src/credentials/locations.ts';
import { Profiles } from '../../src/credentials/profiles.ts';
import { FileStorage } from '../../src/credentials/storage/file.ts';
import { KeychainStorage } from '../../src/credentials/storage/keychain.ts';
import { KeyStore } from '../../src/credentials/store.ts';
import { Secret } from '../../src/secret.ts';
import { FakeKeychain } from './fake-keychain.ts';
import { FakeUserVariables } from './fake-user-variables.ts';
import { type Home, temporaryHome } from './temporary-home.ts';

export interface PretendedWindows {
  readonly home: Home;
  readonly userVariables: FakeUserVariables;
  readonly keychain: FakeKeychain;
  /** What a command gets there: nobody at the terminal, and the process environment `env`. */
  context(flags?: Partial<GlobalFlags>, env?: Readonly<Record<string, string>>): Context;
  /** Stores a key in the keychain, as login does. */
  store(profile: string, key: string): Promise<void>;
}

/** Commands as they run on Windows, up to the keychain and the user environment, which are in memory. */
export function pretendedWindows(): PretendedWindows {
  const home = temporaryHome();
  const [userVariables, keychain] = [new FakeUserVariables(), new FakeKeychain()];
  const context: PretendedWindows['context'] = (flags = {}, variables = {}) => {
    const env = { USERPROFILE: home.path, ...variables };
    const streams = { stdin: nobody, stdout: nobody, stderr: nobody };
    const program = { execPath: process.execPath, argv: [process.execPath, 'megallm'] };
    const host = { ...streams, ...program, env, platform: 'win32', cwd: () => home.path };
    const all = { ...unset, ...flags };
    const usual = createContext(host as unknown as NodeJS.Process, all, {
      version: '0.0.0',
      keychainChild: '/nowhere',
    });
    const { machine } = usual;
    const profiles = new Profiles(machine);
    const storages = { keychain: new KeychainStorage(keychain), file: new FileStorage(profiles) };
    return {
      ...usual,
      profiles,
      keys: new KeyStore(env, profiles, storages, all.trust),
      locations: new Locations(machine, profiles, {
        backends,
        tools: {},
        userVariables: async () => userVariables,
      }),
      changes: async () =>
        new Changes(machine, { keychain, userVariables: async () => userVariables }, all.dryRun),
    };
  };
  return {
    home,
    userVariables,
    keychain,
    context,
    async store(profile, text) {
      const { keys, changes } = context();
      const key = new Secret(text);
      const record = { storage: 'keychain', origin: 'pasted', service: defaultAddress } as const;
      await (await changes()).make({ command: 'login', profile, isOurKey: () => true }, (draft) =>
        keys.planStore(draft, profile, key, record),
      );
    },
  };
}

/** Neither a terminal nor anything to read. */
const nobody = {};

const unset: GlobalFlags = {
  json: false,
  dryRun: false,
  yes: false,
  trust: false,
  quiet: false,
  debug: false,
  noColor: true,
  plain: false,
};
