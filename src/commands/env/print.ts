import type { Context } from '../../context.ts';
import { exportedVariables, variableNames } from '../../credentials/exported.ts';
import { formats, formatVariables } from '../../credentials/formats.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly format?: string;
  readonly sdk?: readonly string[];
}

export async function run(context: Context, { format = 'posix', sdk }: Options): Promise<Report> {
  const chosen = formats.find((known) => known === format);
  if (chosen === undefined) {
    throw new MegallmError('usage', `There is no format ${format}.`, `Formats: ${formats.join(', ')}`);
  }
  const names = variableNames(sdk);
  const active = await context.keys.active(context.namedProfile);
  const variables = exportedVariables(active.key, { names, gateway: context.keys.gatewayOf(active) });
  return { data: JSON.parse(formatVariables(variables, 'json')), raw: formatVariables(variables, chosen) };
}
