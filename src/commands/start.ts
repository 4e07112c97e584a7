import type { Context } from '../context.ts';
import type { Report } from '../terminal/output.ts';

/** What `megallm` alone does: the wizard at a terminal, a status where all is set up, help where nobody is. */
export async function run(context: Context, { help }: { readonly help: string }): Promise<Report> {
  const { flags, namedProfile, profiles, prompts } = context;
  if (!prompts.interactive || flags.json) return { data: { help }, raw: help };
  const { key, locations } = profiles.read(profiles.choose(namedProfile));
  if (key === undefined || locations.length === 0) {
    const { run: setup } = await import('./setup.ts');
    return setup(context, {});
  }
  const { run: status } = await import('./status.ts');
  const report = await status(context);
  const next = ['megallm doctor', 'megallm setup   (to set up more)', 'megallm --help'];
  return { ...report, lines: [...(report.lines ?? []), { label: '' }, { label: 'Next', next }] };
}
