import { dirname, join } from 'node:path';
import { keyVariable } from '../../credentials/key.ts';
import { Secret } from '../../secret.ts';
import type { Machine } from '../../system/machine.ts';
import { memberAt } from '../json-members.ts';
import { openCodeSettingsPath } from '../opencode.ts';
import { type Decision, decide, isOurAddress, type Ours, type Setting, shellPlace } from './decision.ts';
import { readableJson } from './readable.ts';

const contentVariable = 'OPENCODE_CONFIG_CONTENT';

/**
 * OpenCode asks the provider of the model that is chosen. What the variable holds counts first, then the project's settings,
 * the file that OPENCODE_CONFIG names, and the user's; a provider's own key before the one in auth.json.
 */
export function whyOpenCode(machine: Machine, ours: Ours): Decision[] {
  const { env, home } = machine;
  const paths = [
    ...upwards(machine.cwd).map((cwd) =>
      openCodeSettingsPath({ ...machine, cwd, env, home } as Machine, true),
    ),
    ...(env.OPENCODE_CONFIG ? [env.OPENCODE_CONFIG] : []),
    openCodeSettingsPath(machine, false),
  ];
  const texts = [
    { place: contentVariable, text: env[contentVariable] ?? '' },
    ...paths.map((place) => ({ place, text: readableJson(place, true) })),
  ];
  const everywhere = (path: readonly string[], isOurs: (value: string) => boolean) =>
    texts.flatMap(({ place, text }): Setting[] => {
      const member = memberAt(text, path);
      if (member === undefined) return [];
      const value = typeof member.value === 'string' ? member.value : JSON.stringify(member.value);
      const name = path.join('.');
      const where =
        place === contentVariable
          ? { place: `${contentVariable} in ${shellPlace}` }
          : { place, line: member.line };
      return [{ name, subject: name, ...where, value: new Secret(value), isOurs: isOurs(value) }];
    });
  const models = everywhere(['model'], (model) => model.startsWith('megallm/'));
  const chosen = models[0]?.value.reveal().split('/')[0] ?? 'megallm';
  const isKey = (value: string) =>
    ours.isKey(new Secret(value).fingerprint) || value === `{env:${keyVariable}}`;
  const auth = join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'opencode', 'auth.json');
  const stored = memberAt(readableJson(auth, false), [chosen, 'key']);
  const inAuth: Setting[] =
    typeof stored?.value === 'string'
      ? [
          {
            name: `${chosen}.key`,
            subject: 'auth',
            place: auth,
            line: stored.line,
            value: new Secret(stored.value),
            isOurs: isKey(stored.value),
          },
        ]
      : [];
  return [
    decide('model', models),
    decide('key', [...everywhere(['provider', chosen, 'options', 'apiKey'], isKey), ...inAuth]),
    decide(
      'address',
      everywhere(['provider', chosen, 'options', 'baseURL'], (value) => isOurAddress(value, ours)),
    ),
  ];
}

function upwards(folder: string): string[] {
  return folder === dirname(folder) ? [folder] : [folder, ...upwards(dirname(folder))];
}
