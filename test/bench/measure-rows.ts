import { faults } from '../sandbox/faults.ts';
import { type Row, type RowId, rows, type SubjectId } from './rows.ts';
import { duration, interleaved, memory, type Sample, untilShown } from './sample.ts';
import { type Situation, without } from './situation.ts';

/** Each program's own figures: ms, kB, packages or MB. */
export type Figures = Readonly<Partial<Record<SubjectId, number>>>;
export type Samples = Readonly<Partial<Record<SubjectId, Sample>>>;

/** What is run for each row, and what for the same purpose in other programs. */
function samplesFor(id: RowId, at: Situation): Samples {
  const { inFile, keychain, megallm } = at;
  const gh = (...args: string[]) => (at.hasGh ? { gh: duration(at.gh(...args)) } : {});
  const inKeychain = (...args: string[]) =>
    keychain ? { ...megallm(keychain.home, ...args), env: keychain.env } : undefined;
  switch (id) {
    case 'version':
      return {
        megallm: duration(megallm(inFile, '--version')),
        published: duration(at.published('--version')),
        ...gh('--version'),
      };
    case 'help':
      return {
        megallm: duration(megallm(inFile, '--help')),
        published: duration(at.published('--help')),
        ...gh('--help'),
      };
    case 'print-keychain': {
      const subject = inKeychain('key', 'print');
      return subject ? { megallm: duration(subject) } : {};
    }
    case 'print-file':
      return { megallm: duration(megallm(inFile, 'key', 'print')), ...gh('auth', 'token') };
    case 'write-keychain': {
      const subject = inKeychain('env', 'write', '--to', 'dotenv');
      return subject ? { megallm: duration(without(subject, '.env')) } : {};
    }
    case 'write-file':
      return { megallm: duration(without(megallm(inFile, 'env', 'write', '--to', 'dotenv'), '.env')) };
    case 'whoami':
      return {
        megallm: duration(megallm(inFile, 'whoami')),
        published: duration(at.published('whoami')),
      };
    case 'wizard':
      return { megallm: untilShown(megallm(at.freshHome()), 'Where does your key come from?') };
    case 'memory':
      return {
        megallm: memory(megallm(inFile, 'whoami')),
        published: memory(at.published('whoami')),
        node: memory(at.node),
      };
    case 'doctor':
      return { megallm: duration(megallm(inFile, 'doctor')) };
    case 'packages':
    case 'disk':
    case 'npx':
      return {};
  }
}

/** All rows but those about an installation, in one interleaved run. */
export async function measureRows(
  at: Situation,
  rounds: number,
  wanted: (row: Row) => boolean,
  onRound: (round: number) => void,
): Promise<Map<RowId, Figures>> {
  const samples: Record<string, Sample> = { 'node-e-0/node': duration(at.node) };
  for (const row of rows.filter(wanted)) {
    for (const [subject, sample] of Object.entries(samplesFor(row.id, at))) {
      samples[`${row.id}/${subject}`] = row.id === 'doctor' ? whileSlow(at, sample) : sample;
    }
  }
  const medians = await interleaved(samples, rounds, onRound);
  const figures = new Map<RowId, Record<string, number>>();
  for (const [name, figure] of medians) {
    const [row, subject] = name.split('/') as [RowId, SubjectId];
    figures.set(row, {
      node: medians.get('node-e-0/node') ?? Number.NaN,
      ...figures.get(row),
      [subject]: figure,
    });
  }
  return figures;
}

/** Every request takes half a second. */
function whileSlow({ sandbox }: Situation, sample: Sample): Sample {
  return async () => {
    sandbox.setFault(faults.slow(500));
    try {
      return await sample();
    } finally {
      sandbox.setFault(undefined);
    }
  };
}
