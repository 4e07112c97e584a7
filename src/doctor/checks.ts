import { versionThere } from '../integrations/own-copy.ts';
import type { Check, Patient } from './check.ts';
import { expiry, organisation, scopes } from './checks/account.ts';
import { activeKey } from './checks/active-key.ts';
import { anthropicHeader, bearerHeader, models } from './checks/authentication.ts';
import { elsewhere } from './checks/elsewhere.ts';
import { exposed } from './checks/exposed.ts';
import { flaws } from './checks/flaws.ts';
import { legacy as leftovers } from './checks/legacy.ts';
import { locationChecks } from './checks/locations.ts';
import { network, webApp } from './checks/network.ts';
import { ownCopy } from './checks/own-copy.ts';
import { permissions } from './checks/permissions.ts';
import { rotation } from './checks/rotation.ts';
import { runtime } from './checks/runtime.ts';
import { scan as scanCheck } from './checks/scan.ts';
import { openWard, otherShells, startupFiles } from './checks/shells.ts';
import { storage } from './checks/storage.ts';
import { toolChecks } from './checks/tools.ts';

const local: readonly Check[] = [runtime, storage, permissions, activeKey, elsewhere];
const online: readonly Check[] = [
  network,
  webApp,
  bearerHeader,
  anthropicHeader,
  models,
  organisation,
  scopes,
  expiry,
];

/** Which checks a person wants. */
interface Choice {
  readonly offline?: boolean;
  readonly scan?: boolean;
}

/** Every check that fits, in the order in which they are shown. */
export function allChecks(patient: Patient, { offline = false, scan = false }: Choice): readonly Check[] {
  const { legacy, locations, machine, profile } = patient;
  const ward = openWard();
  const { authFiles, lines, problems } = legacy;
  return [
    ...local,
    ...(authFiles.length + lines.length + problems.length > 0 ? [leftovers] : []),
    ...(versionThere(machine) === undefined ? [] : [ownCopy]),
    ...(profile.rotation ? [rotation] : []),
    ...(offline ? [] : online),
    ...(scan ? [scanCheck] : []),
    ...locationChecks(locations, ward),
    otherShells(ward),
    startupFiles(ward),
    exposed,
    flaws,
    ...toolChecks(patient, offline),
  ];
}
