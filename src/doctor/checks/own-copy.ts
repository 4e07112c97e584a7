import { runAsTool, shellInvocation } from '../../integrations/key-command.ts';
import { launcherPath } from '../../integrations/own-command.ts';
import { versionThere } from '../../integrations/own-copy.ts';
import { isNewer } from '../../update-record.ts';
import type { Check } from '../check.ts';

/** Asked only where tools were linked to a copy: whether it starts as a tool starts it, without a PATH. */
export const ownCopy: Check = {
  id: 'own-copy',
  group: 'Machine',
  title: 'Copy for tools',
  async run({ machine, version }) {
    const place = launcherPath(machine);
    const again = ['npx megallm@latest link TOOL'];
    const quoted = machine.platform === 'win32' ? `"${place}" --version` : undefined;
    const command = quoted ? shellInvocation(quoted, machine) : { program: place, args: ['--version'] };
    const said = await runAsTool(command, machine);
    if ('problem' in said)
      return { status: 'fail', detail: said.problem, place, next: again, code: 'failed' };
    const copied = versionThere(machine) ?? '';
    if (!isNewer(version, copied)) return { status: 'pass', detail: `megallm ${said.stdout.trim()}`, place };
    return { status: 'warn', detail: `megallm ${copied}, older than this ${version}`, place, next: again };
  },
};
