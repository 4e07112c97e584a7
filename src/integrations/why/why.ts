import { defaultAddress } from '../../api/address.ts';
import type { Locations } from '../../credentials/locations.ts';
import type { Profiles } from '../../credentials/profiles.ts';
import type { Machine } from '../../system/machine.ts';
import type { ToolId } from '../integration.ts';
import type { Decision, Ours } from './decision.ts';

interface Known {
  readonly machine: Machine;
  readonly profiles: Profiles;
  readonly locations: Locations;
}

/** What decides about the key and the address of a tool; without one, of programs that look for variables. */
export async function whyTool(
  tool: ToolId | undefined,
  { machine, profiles, locations }: Known,
): Promise<readonly Decision[]> {
  const saved = profiles.names().map((name) => profiles.read(name).gateway ?? defaultAddress.gateway);
  const ours: Ours = { isKey: profiles.knownKeys(), gateways: [defaultAddress.gateway, ...saved] };
  switch (tool) {
    case 'claude':
      return (await import('./claude.ts')).whyClaude(machine, ours);
    case 'codex':
      return (await import('./codex.ts')).whyCodex(machine, ours);
    case 'opencode':
      return (await import('./opencode.ts')).whyOpenCode(machine, ours);
    case undefined: {
      const { whySdks } = await import('./sdks.ts');
      return whySdks(machine, ours, (id, file) => locations.open(id, file === undefined ? {} : { file }));
    }
  }
}
