import type { Fill } from '../changes/changes.ts';
import { exportedVariables } from '../credentials/exported.ts';
import type { Location } from '../credentials/profiles.ts';
import { MegallmError } from '../errors.ts';
import type { Patient } from './check.ts';
import { keyFor } from './linked-tool.ts';

/** Writes there again what megallm wrote, with the key that is right now, as the command would that the check names. */
export function rewrite(location: Location, patient: Patient): Fill {
  return async (draft) => {
    const { keys, places } = patient;
    const active = await patient.active;
    const { link, inline, variables: names } = location;
    const key = link ? await keyFor({ ...location, link }, patient) : active.key;
    const gateway = link ? link.gateway : keys.gatewayOf(active);
    if (key === undefined) throw new MegallmError('not-signed-in', `Profile ${link?.profile} stores no key.`);
    const backend = await places.reopen(location);
    const obstacle = await backend.probe();
    if (obstacle) throw new MegallmError('refused', obstacle.message, obstacle.hints);
    const write = { backend, replace: 'anything', ...(inline && { inline }) } as const;
    const profile = link ? link.profile : active.profile;
    await places.planWrite(draft, profile, write, exportedVariables(key, { names, gateway }));
  };
}
