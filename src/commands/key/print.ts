import type { Context } from '../../context.ts';
import type { Report } from '../../terminal/output.ts';

/** The active key, alone on stdout, for programs that ask for it. */
export async function run(context: Context): Promise<Report> {
  const { key, profile, source } = await context.keys.active(context.namedProfile);
  return { data: { key: key.reveal(), profile, source }, raw: `${key.reveal()}\n` };
}
