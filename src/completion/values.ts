import { listOrganisations } from '../api/account.ts';
import { listModels } from '../api/gateway.ts';
import { listKeys } from '../api/key-list.ts';
import type { Context } from '../context.ts';
import { backendIds } from '../credentials/backends/catalog.ts';
import { sdkIds } from '../credentials/exported.ts';
import { formats } from '../credentials/formats.ts';
import { referenceFormats } from '../credentials/reference-formats.ts';
import { snippets } from '../examples/snippets.ts';
import { tools } from '../integrations/tools.ts';
import type { Candidate, ValuesOf } from './candidates.ts';
import { completionScripts } from './scripts.ts';

/** Of all that is asked of the service: a person waits with a finger on the key. */
const deadlineMs = 1000;

/** The values of flags and arguments, by what `candidatesFor` calls them. */
export function completionValues(context: Context): ValuesOf {
  const { profiles } = context;
  const names = () => profiles.names().map((name) => ({ value: name, help: 'profile' }));
  const toolIds = () => tools.map(({ id, title }) => ({ value: id, help: title }));
  const sources: Readonly<Record<string, () => Promise<readonly Candidate[]> | readonly Candidate[]>> = {
    '--to': () => plain(backendIds),
    '--sdk': () => plain(sdkIds),
    '--format': () => plain([...formats, ...referenceFormats]),
    '--lang': () => plain(['python', 'node']),
    '--profile': names,
    '--org': () => organisations(context),
    '--model': () => models(context),
    'profile use name': names,
    'profile rm name': names,
    'switch-org id': () => organisations(context),
    'keys revoke key': () => keys(context),
    'link tool': toolIds,
    'unlink tool': toolIds,
    'launch tool': toolIds,
    'why tool': toolIds,
    'examples sdk': () => plain(Object.keys(snippets)),
    'completion shell': () => plain(Object.keys(completionScripts)),
  };
  return async (what) => (await sources[what]?.()) ?? [];
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, help: '' }));
}

async function keys({ keys: store, http, namedProfile }: Context): Promise<Candidate[]> {
  const { key, service } = await store.active(namedProfile);
  const listed = await listKeys(await http(), service, key, { deadlineMs });
  return listed.kind === 'ok'
    ? listed.value.keys.map(({ id, name }) => ({ value: id, help: name ?? '' }))
    : [];
}

async function organisations({ keys: store, http, namedProfile }: Context): Promise<Candidate[]> {
  const { key, service } = await store.active(namedProfile);
  const listed = await listOrganisations(await http(), service, key, { deadlineMs });
  return listed.kind === 'ok' ? listed.value.map(({ id, name }) => ({ value: id, help: name ?? '' })) : [];
}

async function models({ keys: store, http, namedProfile }: Context): Promise<Candidate[]> {
  const { key, service } = await store.active(namedProfile);
  const listed = await listModels(await http(), service, key, { deadlineMs });
  return listed.kind === 'ok' ? plain(listed.value.map(({ id }) => id)) : [];
}
