import { keyVariable, tryParseKey } from '../../credentials/key.ts';
import type { Check } from '../check.ts';

export const activeKey: Check = {
  id: 'active-key',
  group: 'Key',
  title: 'Active key',
  async run({ active, machine }) {
    const { key, source, profile, why } = await active;
    const where = source === 'environment' ? keyVariable : `profile ${profile}`;
    const inShell = tryParseKey(machine.env[keyVariable] ?? '');
    if (inShell && !inShell.equals(key)) {
      return {
        status: 'warn',
        detail: `${where} · ${key}; but this shell still has ${inShell}, a key that was replaced`,
        next: [`open a new terminal, or: unset ${keyVariable}`],
      };
    }
    return { status: 'pass', detail: `${where} · ${key} · ${why}` };
  },
};
