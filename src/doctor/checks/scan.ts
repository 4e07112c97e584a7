import { storedKeys } from '../../credentials/profiles.ts';
import type { Check, CheckResult, Patient } from '../check.ts';
import { identifyBy } from '../scan/known-keys.ts';
import { type Trace, traces } from '../scan/places.ts';
import { type Search, searchFile } from '../scan/search-file.ts';

/** Together they keep a scan within doctor's own time. */
const mostMs = 12_000;
const mostBytes = 2 * 2 ** 30;
const mostFiles = 50_000;
const mostShown = 10;

interface Sighted extends Trace {
  readonly line: number;
  readonly fingerprint: string;
}

/** `--scan`: our own keys, present and past, where they should not be. It stays on this machine and prints no key. */
export const scan: Check = {
  id: 'scan',
  group: 'Key',
  title: 'Keys left behind',
  async run(patient, signal) {
    const isOurs = patient.profiles.knownKeys();
    const search: Search = {
      identify: identifyBy(isOurs),
      budget: mostBytes,
      signal: AbortSignal.any([signal, AbortSignal.timeout(mostMs)]),
    };
    const sighted: Sighted[] = [];
    let files = 0;
    let isCut = false;
    for await (const trace of traces(patient.machine, search.signal)) {
      isCut = search.signal.aborted || search.budget <= 0 || files >= mostFiles;
      if (isCut) break;
      files += 1;
      for (const sighting of await searchFile(trace.path, search)) sighted.push({ ...trace, ...sighting });
    }
    isCut ||= search.signal.aborted || search.budget <= 0;
    const extent = `${files} ${files === 1 ? 'file' : 'files'}${isCut ? ', and no more: there are too many' : ''}`;
    if (sighted.length === 0)
      return { status: isCut ? 'warn' : 'pass', detail: `no key of ours in ${extent}` };
    return report(sighted, extent, patient);
  },
};

function report(sighted: readonly Sighted[], extent: string, patient: Patient): CheckResult {
  const { profiles, profileFlag } = patient;
  const past = new Set(profiles.names().flatMap((name) => profiles.read(name).pastKeys));
  for (const name of profiles.names())
    for (const fingerprint of storedKeys(profiles.read(name))) past.delete(fingerprint);
  const present = sighted.filter(({ fingerprint }) => !past.has(fingerprint));
  const shown = [...present, ...sighted.filter((each) => !present.includes(each))];
  const more = shown.length - mostShown;
  const kinds = [...new Set(shown.map(({ kind }) => kind))].join(', ');
  const common = {
    place: shown
      .slice(0, mostShown)
      .map(({ path, line }) => `${path}:${line}`)
      .join(', '),
  };
  const where = `${kinds}${more > 0 ? `; ${more} more than are shown` : ''} (searched ${extent})`;
  if (present.length === 0)
    return {
      ...common,
      status: 'warn',
      detail: `a key that was replaced stands in: ${where}`,
      next: ['megallm keys list   (it must not be among them any more)'],
    };
  return {
    ...common,
    status: 'fail',
    detail: `a key in use stands in: ${where}`,
    next: [
      `megallm keys rotate${profileFlag}`,
      'Then delete these lines: whoever reads them has the old key',
    ],
    code: 'refused',
  };
}
