import { Changes } from './changes/changes.ts';
import { Locations } from './credentials/locations.ts';
import { Profiles } from './credentials/profiles.ts';
import { FileStorage } from './credentials/storage/file.ts';
import { KeychainStorage } from './credentials/storage/keychain.ts';
import { KeyStore } from './credentials/store.ts';
import type { HttpClient } from './system/http.ts';
import { SystemKeychain } from './system/keychain.ts';
import { describeMachine, type Machine, type Variables } from './system/machine.ts';
import { noUserVariables } from './system/user-variables.ts';
import { Output } from './terminal/output.ts';
import { Prompts } from './terminal/prompts.ts';
import { streamFacts } from './terminal/theme.ts';

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
}

/** The process as a command may know it. */
export interface ProcessFacts {
  readonly env: Variables;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** All that a command works with; made once, by main. */
export interface Context {
  readonly flags: GlobalFlags;
  /** The profile that `--profile` or `MEGALLM_PROFILE` names. */
  readonly namedProfile: string | undefined;
  readonly machine: Machine;
  readonly stdin: NodeJS.ReadStream;
  readonly output: Output;
  readonly prompts: Prompts;
  readonly profiles: Profiles;
  readonly keys: KeyStore;
  readonly locations: Locations;
  readonly changes: Changes;
  /** Loaded at its first use: most commands never send a request. */
  http(): Promise<HttpClient>;
  readonly version: string;
}

/** What megallm knows of its own package. */
export interface Bundle {
  readonly version: string;
  /** The built keychain-child.ts. */
  readonly keychainChild: string;
}

export function createContext(facts: ProcessFacts, flags: GlobalFlags, bundle: Bundle): Context {
  const machine = describeMachine(facts.env, facts.cwd, facts.platform);
  const interactive = facts.stdin.isTTY === true && facts.stderr.isTTY === true;
  const keychain = new SystemKeychain(bundle.keychainChild, interactive);
  const profiles = new Profiles(machine);
  const storages = { keychain: new KeychainStorage(keychain), file: new FileStorage(profiles) };
  return {
    flags,
    namedProfile: flags.profile ?? (facts.env.MEGALLM_PROFILE || undefined),
    machine,
    stdin: facts.stdin,
    output: new Output(flags, facts.env, {
      stdout: streamFacts(facts.stdout),
      stderr: streamFacts(facts.stderr),
    }),
    prompts: new Prompts({ interactive, yes: flags.yes, output: facts.stderr }),
    profiles,
    keys: new KeyStore(facts.env, profiles, storages, flags.trust),
    locations: new Locations(machine, profiles),
    changes: new Changes(machine, { keychain, userVariables: noUserVariables }, flags.dryRun),
    version: bundle.version,
    async http() {
      const { createHttpClient } = await import('./system/http.ts');
      return createHttpClient({ env: facts.env, userAgent: `megallm/${bundle.version}` });
    },
  };
}
