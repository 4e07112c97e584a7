import { dirname, join } from 'node:path';
import { keyVariable } from '../../credentials/key.ts';
import { Secret } from '../../secret.ts';
import type { Machine } from '../../system/machine.ts';
import { codexSettingsPath } from '../codex.ts';
import { commandOf, readToml } from '../codex-settings.ts';
import { memberAt } from '../json-members.ts';
import { profileAskedFor } from '../key-command.ts';
import { tomlStatements } from '../toml-statements.ts';
import { type Decision, decide, fromShell, isOurAddress, type Ours, type Setting } from './decision.ts';
import { readableJson, readableText } from './readable.ts';

/**
 * Codex asks the one provider that it is set to; a chosen profile's choice counts before that of the file. Its own provider
 * takes a login or a key from auth.json, and no address from OPENAI_BASE_URL. Throws `unparsable` for what Codex itself cannot read.
 */
export function whyCodex(machine: Machine, ours: Ours): Decision[] {
  const { env } = machine;
  const path = codexSettingsPath(machine);
  const text = readableText(path);
  const config = readToml(text, path);
  const profile = typeof config.profile === 'string' ? config.profile : undefined;
  const ofProfile = profile === undefined ? undefined : config.profiles?.[profile]?.model_provider;
  const chosen = String(ofProfile ?? config.model_provider ?? 'openai');
  const provider = config.model_providers?.[chosen];
  const set = (names: readonly string[], value: unknown, isOurs: boolean): Setting[] => {
    if (value === undefined) return [];
    const line = tomlStatements(text).find(({ path: own }) =>
      names.every((name, at) => own[at] === name),
    )?.line;
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    const name = names.join('.');
    return [{ name, subject: name, place: path, ...(line && { line }), value: new Secret(shown), isOurs }];
  };
  const address = provider?.base_url;
  const goesToUs = typeof address === 'string' && isOurAddress(address, ours);
  if (chosen === 'openai') return openAi(machine, dirname(path), ours);
  const base = ['model_providers', chosen];
  const command = provider && commandOf(provider)?.join(' ');
  const variable = typeof provider?.env_key === 'string' ? provider.env_key : undefined;
  return [
    decide('key', [
      ...set([...base, 'auth', 'command'], command, profileAskedFor(command ?? '') !== undefined),
      ...(variable === undefined
        ? []
        : fromShell(
            variable,
            env,
            (value) => ours.isKey(new Secret(value).fingerprint) || (goesToUs && variable === keyVariable),
          )),
    ]),
    decide('address', set([...base, 'base_url'], address, goesToUs)),
  ];
}

function openAi({ env }: Machine, folder: string, ours: Ours): Decision[] {
  const path = join(folder, 'auth.json');
  const text = readableJson(path, false);
  const logins = ['tokens', 'OPENAI_API_KEY'].flatMap((name): Setting[] => {
    const member = memberAt(text, [name]);
    if (!member?.value) return [];
    const value = typeof member.value === 'string' ? member.value : JSON.stringify(member.value);
    return [
      {
        name,
        subject: name,
        place: path,
        line: member.line,
        value: new Secret(value),
        isOurs: ours.isKey(new Secret(value).fingerprint),
      },
    ];
  });
  return [
    decide('key', [
      ...fromShell('CODEX_API_KEY', env, (value) => ours.isKey(new Secret(value).fingerprint)),
      ...logins,
    ]),
  ];
}
