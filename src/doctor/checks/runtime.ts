import { MegallmError } from '../../errors.ts';
import { isNewer, readUpdateRecord } from '../../update-record.ts';
import type { Check, Patient } from '../check.ts';

export const runtime: Check = {
  id: 'runtime',
  group: 'Machine',
  title: 'Runtime',
  async run({ version, machine }) {
    const detail = `megallm ${version} · Node ${process.versions.node} · ${machine.platform}`;
    const latest = latestKnown(machine);
    if (latest === undefined || !isNewer(latest, version)) return { status: 'pass', detail };
    return { status: 'warn', detail: `${detail}; ${latest} is out`, next: ['npx megallm@latest'] };
  },
};

/** No home, no record. */
function latestKnown(machine: Patient['machine']): string | undefined {
  try {
    return readUpdateRecord(machine)?.latest;
  } catch (error) {
    if (error instanceof MegallmError) return undefined;
    throw error;
  }
}
