import { join } from 'node:path';
import { defaultAddress } from '../api/address.ts';
import type { Context } from '../context.ts';
import { MegallmError } from '../errors.ts';
import { type Language, type Setup, type Snippet, snippets } from '../examples/snippets.ts';
import { exists } from '../system/files.ts';
import type { Report } from '../terminal/output.ts';

interface Options {
  readonly sdk?: string;
  readonly lang?: string;
}

interface Example extends Snippet {
  readonly sdk: string;
  readonly lang: Language;
}

/** Snippets that work with this machine's base URL and the variables that programs find on it. */
export async function run(context: Context, { sdk, lang }: Options): Promise<Report> {
  const { machine, profiles, namedProfile } = context;
  const known = Object.keys(snippets);
  if (sdk !== undefined && !known.includes(sdk))
    throw new MegallmError('usage', `There is no example ${JSON.stringify(sdk)}.`, known.join(', '));
  if (lang !== undefined && lang !== 'python' && lang !== 'node')
    throw new MegallmError('usage', `There is no example in ${JSON.stringify(lang)}.`, '--lang python|node');
  const { gateway = defaultAddress.gateway, locations } = profiles.read(profiles.choose(namedProfile));
  const setup = { gateway, variables: locations.flatMap(({ variables }) => variables) };
  const language = lang ?? (exists(join(machine.cwd, 'package.json')) ? 'node' : 'python');
  const examples = (sdk === undefined ? known : [sdk]).map((name) => draw(name, language, setup));
  return {
    data: { examples },
    raw: examples.map((example) => (sdk ? example.code : `${heading(example)}\n${example.code}`)).join('\n'),
    talk: sdk
      ? examples.flatMap(({ install }) => (install ? [{ label: 'First', next: [install] }] : []))
      : [],
  };
}

function draw(sdk: string, language: Language, setup: Setup): Example {
  const drawn: Partial<Record<Language, (setup: Setup) => Snippet>> = snippets[sdk as keyof typeof snippets];
  const lang = drawn[language] ? language : 'shell';
  return { sdk, lang, install: '', code: '', ...drawn[lang]?.(setup) };
}

function heading({ sdk, lang, install }: Example): string {
  return `${lang === 'node' ? '//' : '#'} ${[sdk, install].filter(Boolean).join(': ')}`;
}
