import { defaultAddress } from '../api/address.ts';
import type { Backend } from '../credentials/backends/backend.ts';
import type { BackendSetting, Catalog, TargetOptions } from '../credentials/backends/catalog.ts';
import type { IntegrationSetting, ToolId } from './integration.ts';
import { helperCommand, isStable, type OwnProgram } from './own-command.ts';

type Open = (target: TargetOptions, setting: IntegrationSetting) => Promise<Backend>;

const integrations: Readonly<Record<ToolId, Open>> = {
  claude: async ({ file, newLink }, setting) => {
    const { ClaudeCode, claudeSettingsPath } = await import('./claude-code.ts');
    return new ClaudeCode(file ?? claudeSettingsPath(setting.machine, newLink?.project === true), setting);
  },
  codex: async ({ file }, setting) => {
    const { Codex, codexSettingsPath } = await import('./codex.ts');
    return new Codex(file ?? codexSettingsPath(setting.machine), setting);
  },
  opencode: async ({ file, newLink }, setting) => {
    const { OpenCode, openCodeSettingsPath } = await import('./opencode.ts');
    return new OpenCode(file ?? openCodeSettingsPath(setting.machine, newLink?.project === true), setting);
  },
};

/** The tools, as places that can be opened. `own`: how a tool gets at megallm. */
export function toolCatalog(own: OwnProgram): Catalog {
  const entries = Object.entries(integrations).map(([id, open]) => [
    id,
    (target: TargetOptions, setting: BackendSetting) => open(target, settingFor(target, setting, own)),
  ]);
  return Object.fromEntries(entries);
}

function settingFor(
  { link, newLink }: TargetOptions,
  setting: BackendSetting,
  own: OwnProgram,
): IntegrationSetting {
  return {
    ...setting,
    link: newLink ?? link ?? { profile: 'default', gateway: defaultAddress.gateway, form: 'command' },
    isNew: newLink !== undefined,
    running: [own.node, own.script],
    helper: () => helperCommand(own, setting.machine),
    planHelper: async (draft) => {
      if (isStable(own)) return;
      const { planOwnCopy } = await import('./own-copy.ts');
      planOwnCopy(draft, own, setting.machine);
    },
    models: newLink?.models ?? [],
  };
}
