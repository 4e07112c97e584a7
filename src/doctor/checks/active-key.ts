import { keyVariable, tryParseKey } from '../../credentials/key.ts';
import type { ActiveKey } from '../../credentials/store.ts';
import { MegallmError } from '../../errors.ts';
import type { Check, CheckResult, Patient } from '../check.ts';

export const activeKey: Check = {
  id: 'active-key',
  group: 'Key',
  title: 'Active key',
  async run(patient) {
    try {
      return describe(await patient.active, patient);
    } catch (error) {
      if (!(error instanceof MegallmError)) throw error;
      // The check of the storage says what keeps it from giving the key.
      if (!(await patient.storageProblem())) throw error;
      return { status: 'skip', detail: 'the storage does not give it' };
    }
  },
};

function describe({ key, source, profile, why }: ActiveKey, { machine }: Patient): CheckResult {
  const where = source === 'environment' ? keyVariable : `profile ${profile}`;
  const inShell = tryParseKey(machine.env[keyVariable] ?? '');
  if (!inShell || inShell.equals(key)) return { status: 'pass', detail: `${where} · ${key} · ${why}` };
  return {
    status: 'warn',
    detail: `${where} · ${key}; but this shell still has ${inShell}, a key that was replaced`,
    next: [`open a new terminal, or: unset ${keyVariable}`],
  };
}
