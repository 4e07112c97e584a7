import type { Fill } from '../changes/changes.ts';
import type { Backend, Obstacle } from '../credentials/backends/backend.ts';
import type { Legacy } from '../credentials/legacy/legacy.ts';
import type { Locations } from '../credentials/locations.ts';
import type { Location, Profile, Profiles } from '../credentials/profiles.ts';
import type { Storage } from '../credentials/storage/storage.ts';
import type { ActiveKey, KeyStore } from '../credentials/store.ts';
import type { ErrorCode } from '../errors.ts';
import type { HttpClient } from '../system/http.ts';
import type { Machine } from '../system/machine.ts';
import type { ServiceAnswers } from './service.ts';

/** One question that doctor asks. Checks are independent of each other and run side by side. */
export interface Check {
  /** Stable, for `--json`. */
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  /** Skipped when there is no key, or it may not be used: the check of the active key alone says why. */
  readonly needsKey?: true;
  /** How long it may take, of the 20 s that all of them have. */
  readonly deadlineMs?: number;
  /** `signal` is aborted when its time is up, or doctor is over: what it has started has to end then. */
  run(patient: Patient, signal: AbortSignal): Promise<CheckResult>;
}

export const groups = ['Machine', 'Storage', 'Key', 'Service', 'Places', 'Tools'] as const;
export type Group = (typeof groups)[number];

export interface CheckResult {
  readonly status: 'pass' | 'warn' | 'fail' | 'skip';
  readonly detail: string;
  readonly place?: string;
  /** What to do about it: commands to paste, or sentences. */
  readonly next?: readonly string[];
  /** Whose names stand in the detail: `--report` takes them out. */
  readonly names?: readonly string[];
  /** Decides the exit code of a fail. */
  readonly code?: ErrorCode;
  /**
   * Plans, into a draft that all mends share, what mends it without a person: for `doctor --fix`. It reads the machine
   * through the draft, and throws a MegallmError where it cannot be done after all.
   */
  readonly mend?: Fill;
}

/** What the checks look at. What costs time is found out once, for all of them. */
export interface Patient {
  readonly machine: Machine;
  readonly version: string;
  readonly profileName: string;
  /** For a command to paste: ` --profile NAME`, where it is not the current profile. */
  readonly profileFlag: string;
  readonly profile: Profile;
  readonly storage: Storage | undefined;
  /** What keeps the profile's storage from being used: asked at the first call, once. */
  storageProblem(): Promise<Obstacle | undefined>;
  /** Rejects with the MegallmError that any command would end with. */
  readonly active: Promise<ActiveKey>;
  /** What the service says about the key: asked at the first call, once. */
  service(): Promise<ServiceAnswers>;
  http(): Promise<HttpClient>;
  readonly verbose: boolean;
  /** What megallm 3.1.0 left. */
  readonly legacy: Legacy;
  readonly locations: readonly Location[];
  /** The usual places, remembered or not: `./.env` and the startup files of each shell. */
  usualPlaces(): Promise<readonly Backend[]>;
  open(location: Location): Promise<Backend>;
  /** What plans are made with. */
  readonly keys: KeyStore;
  readonly profiles: Profiles;
  readonly places: Locations;
}
