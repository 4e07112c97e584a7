import { defaultAddress } from '../../api/address.ts';
import type { Context } from '../../context.ts';
import { maskLine } from '../../credentials/backends/github-file.ts';
import { exportedVariables, variableNames } from '../../credentials/exported.ts';
import { formats, formatVariables } from '../../credentials/formats.ts';
import { formatReferences, referenceFormats } from '../../credentials/reference-formats.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';

interface Options {
  readonly format?: string;
  readonly sdk?: readonly string[];
}

export async function run(context: Context, { format = 'posix', sdk }: Options): Promise<Report> {
  const { keys, machine, namedProfile, output, profiles } = context;
  const names = variableNames(sdk);
  if (referenceFormats.includes(format)) {
    // No key is needed to name one.
    const { gateway = defaultAddress.gateway } = profiles.read(profiles.choose(namedProfile));
    const { text, data } = formatReferences({ names, gateway }, format);
    return { data, raw: text };
  }
  const chosen = formats.find((known) => known === format);
  if (chosen === undefined) {
    const all = [...formats, ...referenceFormats].join(', ');
    throw new MegallmError('usage', `There is no format ${format}.`, `Formats: ${all}`);
  }
  const active = await keys.active(namedProfile);
  const variables = exportedVariables(active.key, { names, gateway: keys.gatewayOf(active) });
  // In a step there, what is piped into a file may be printed next.
  if (chosen === 'github' && machine.env.GITHUB_ACTIONS === 'true')
    output.announce(maskLine(active.key.reveal()), true);
  return { data: JSON.parse(formatVariables(variables, 'json')), raw: formatVariables(variables, chosen) };
}
