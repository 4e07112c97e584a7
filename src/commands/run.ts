import type { Context } from '../context.ts';
import { plainValue } from '../credentials/backends/backend.ts';
import { exportedVariables, variableNames } from '../credentials/exported.ts';
import { runChild } from '../system/child.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly command?: readonly string[];
  readonly sdk?: readonly string[];
}

/** Runs a command with the key in its environment and nowhere else. */
export async function run(context: Context, { command = [], sdk }: Options): Promise<Report> {
  const { flags, keys, machine, namedProfile } = context;
  const names = variableNames(sdk);
  const active = await keys.active(namedProfile);
  const variables = exportedVariables(active.key, { names, gateway: keys.gatewayOf(active) });
  const data = { command, variables: [...variables.keys()], profile: active.profile, source: active.source };
  if (flags.dryRun) {
    return { data, talk: [{ label: 'Would run', detail: command.join(' '), place: names.join(', ') }] };
  }
  const plain = [...variables].map(([name, value]) => [name, plainValue(value)]);
  return {
    data,
    ending: await runChild(command, { ...machine.env, ...Object.fromEntries(plain) }, machine),
  };
}
