import type { Context } from '../../context.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { formats, formatVariables } from '../../credentials/formats.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly format?: string;
}

export async function run(context: Context, { format = 'posix' }: Options): Promise<Report> {
  const chosen = formats.find((known) => known === format);
  if (chosen === undefined) {
    throw new MegallmError('usage', `There is no format ${format}.`, `Formats: ${formats.join(', ')}`);
  }
  const { key } = await context.keys.active(context.namedProfile);
  const variables = exportedVariables(key);
  return { data: JSON.parse(formatVariables(variables, 'json')), raw: formatVariables(variables, chosen) };
}
