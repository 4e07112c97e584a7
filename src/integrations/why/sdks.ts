import { dirname, join } from 'node:path';
import type { Backend } from '../../credentials/backends/backend.ts';
import { allVariables } from '../../credentials/exported.ts';
import { Secret } from '../../secret.ts';
import type { Machine } from '../../system/machine.ts';
import { type Decision, decide, fromShell, isOurAddress, type Ours, type Setting } from './decision.ts';
import { inEnvrc, inSystemFiles } from './scripts.ts';

/**
 * A program finds a variable in the environment that it is started with; `.env` files fill in what is not there, and startup
 * files are for terminals that are opened next. direnv gives what it reads to the shell that stands in its folder.
 * `open`: a place by its id and file.
 */
export async function whySdks(
  machine: Machine,
  ours: Ours,
  open: (id: string, file?: string) => Promise<Backend>,
): Promise<Decision[]> {
  const { cwd, env } = machine;
  const wanted = [
    ...upwards(cwd).map((folder) => open('dotenv', join(folder, '.env'))),
    ...['bash', 'zsh', 'fish', 'powershell', 'windows'].map((id) => open(id)),
  ];
  const opened = await Promise.allSettled(wanted);
  const backends = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const found = await Promise.allSettled(backends.map((backend) => backend.find(allVariables)));
  const files = [
    ...upwards(cwd).flatMap((folder) => inEnvrc(folder, allVariables).toReversed()),
    ...found.flatMap((each) => (each.status === 'fulfilled' ? each.value.toReversed() : [])),
    ...inSystemFiles(machine, allVariables).toReversed(),
  ];
  const isOurs = (name: string) => (value: string) =>
    name.endsWith('_URL') ? isOurAddress(value, ours) : ours.isKey(new Secret(value).fingerprint);
  return allVariables.map((name) =>
    decide(name, [
      ...fromShell(name, env, isOurs(name)),
      ...files
        .filter((each) => each.name === name)
        .map(
          ({ path, line, value }): Setting => ({
            name,
            subject: name,
            place: path,
            ...(line !== undefined && { line }),
            value: value ?? new Secret('known to a shell alone'),
            isOurs: value === undefined || isOurs(name)(value.reveal()),
          }),
        ),
    ]),
  );
}

function upwards(folder: string): string[] {
  return folder === dirname(folder) ? [folder] : [folder, ...upwards(dirname(folder))];
}
