import type { Context } from '../../context.ts';
import { exportedVariables } from '../../credentials/exported.ts';
import { formats, formatVariables } from '../../credentials/formats.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly format?: string;
}

export async function run(context: Context, { format }: Options): Promise<Report> {
  const chosen = context.flags.json
    ? 'json'
    : (formats.find((known) => known === (format ?? 'posix')) ?? undefined);
  if (chosen === undefined) {
    throw new MegallmError('usage', `There is no format ${format}.`, `Formats: ${formats.join(', ')}`);
  }
  const { key } = await context.keys.active(context.namedProfile);
  const text = formatVariables(exportedVariables(key), chosen);
  return { data: JSON.parse(formatVariables(exportedVariables(key), 'json')), raw: text };
}
