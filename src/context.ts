import type { Changes } from './changes/changes.ts';
import { backends } from './credentials/backends/catalog.ts';
import { Locations } from './credentials/locations.ts';
import { Profiles } from './credentials/profiles.ts';
import { FileStorage } from './credentials/storage/file.ts';
import { KeychainStorage } from './credentials/storage/keychain.ts';
import { KeyStore } from './credentials/store.ts';
import { toolCatalog } from './integrations/catalog.ts';
import type { HttpClient } from './system/http.ts';
import type { OnConnection } from './system/http-connection.ts';
import { SystemKeychain } from './system/keychain.ts';
import type { KeychainProcess } from './system/keychain-process.ts';
import { describeMachine, type Machine } from './system/machine.ts';
import { openUserVariables } from './system/open-user-variables.ts';
import { Output } from './terminal/output.ts';
import { Prompts } from './terminal/prompts.ts';
import type { StandardStreams } from './terminal/streams.ts';

/** The flags that every command takes. */
export interface GlobalFlags {
  readonly profile?: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly trust: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly noColor: boolean;
  /** Questions as lines that are not redrawn; `setup` alone declares the flag. */
  readonly plain: boolean;
}

/** All that a command works with; made once, by main. */
export interface Context {
  readonly flags: GlobalFlags;
  /** The profile that `--profile` or `MEGALLM_PROFILE` names. */
  readonly namedProfile: string | undefined;
  readonly machine: Machine;
  readonly streams: StandardStreams;
  readonly output: Output;
  readonly prompts: Prompts;
  readonly profiles: Profiles;
  readonly keys: KeyStore;
  readonly locations: Locations;
  /** These two are loaded at their first use: many commands change nothing and send nothing. */
  changes(): Promise<Changes>;
  http(onConnection?: OnConnection): Promise<HttpClient>;
  readonly version: string;
  /** How this megallm was started, without its arguments. */
  readonly program: readonly [node: string, script: string];
}

/** What megallm knows of its own package. */
export interface Bundle {
  readonly version: string;
  /** The built keychain-child.ts. */
  readonly keychainChild: string;
  readonly keychainAhead?: KeychainProcess | undefined;
}

/** `host`: the process; what is not asked of it is not built. */
export function createContext(host: NodeJS.Process, flags: GlobalFlags, bundle: Bundle): Context {
  const { env } = host;
  const machine = describeMachine(host);
  const { yes, noColor, plain } = flags;
  const prompts = new Prompts({
    streams: host,
    env,
    yes,
    noColor,
    plain: plain || Boolean(env.MEGALLM_PLAIN),
  });
  const keychain = new SystemKeychain({
    path: bundle.keychainChild,
    env,
    platform: machine.platform,
    attended: () => prompts.interactive,
    ahead: bundle.keychainAhead,
  });
  const userVariables = () => openUserVariables(machine);
  const profiles = new Profiles(machine);
  const storages = { keychain: new KeychainStorage(keychain), file: new FileStorage(profiles) };
  return {
    flags,
    namedProfile: flags.profile ?? (env.MEGALLM_PROFILE || undefined),
    machine,
    streams: host,
    output: new Output(flags, env, host),
    prompts,
    profiles,
    keys: new KeyStore(env, profiles, storages, flags.trust),
    locations: new Locations(machine, profiles, {
      backends,
      tools: toolCatalog({ node: host.execPath, script: host.argv[1] ?? '' }),
      userVariables,
    }),
    version: bundle.version,
    program: [host.execPath, host.argv[1] ?? ''],
    async changes() {
      const { Changes } = await import('./changes/changes.ts');
      return new Changes(machine, { keychain, userVariables }, flags.dryRun);
    },
    async http(onConnection) {
      const { createHttpClient } = await import('./system/http.ts');
      return createHttpClient({ env, userAgent: `megallm/${bundle.version}`, onConnection });
    },
  };
}
