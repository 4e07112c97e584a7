import { createHash } from 'node:crypto';
import type { Home } from '../support/temporary-home.ts';
import { type Growth, type GrowthId, growths } from './rows.ts';
import { duration, median, type Subject } from './sample.ts';
import type { Situation } from './situation.ts';

/** Seconds, for each size. */
export type GrowthFigures = ReadonlyMap<GrowthId, readonly number[]>;

export async function measureGrowth(
  at: Situation,
  rounds: number,
  onRow: (what: string) => void,
): Promise<GrowthFigures> {
  const figures = new Map<GrowthId, number[]>();
  for (const { id, what, sizes } of growths) {
    onRow(what);
    const seconds: number[] = [];
    for (const size of sizes) {
      const subject = await make[id](at, size);
      const sample = duration(subject);
      const runs: number[] = [];
      for (let round = 0; round < rounds; round += 1) runs.push(await sample());
      seconds.push(median(runs) / 1000);
    }
    figures.set(id, seconds);
  }
  return figures;
}

const make: Record<Growth['id'], (at: Situation, size: number) => Promise<Subject>> = {
  async 'startup-file'(at, kilobytes) {
    const home = await at.signedIn();
    const line = 'alias ll="ls -l"  # one of many\n';
    const content = line.repeat(Math.ceil((kilobytes * 1000) / line.length));
    const subject = at.megallm(home, 'env', 'write', '--to', 'bash');
    return { ...subject, reset: () => home.write('.bashrc', content) };
  },
  async 'profile-list'(at, count) {
    const home = await at.signedIn();
    addProfiles(home, count);
    return at.megallm(home, 'profile', 'list');
  },
  async uninstall(at, count) {
    const home = await at.signedIn();
    return {
      ...at.megallm(home, 'uninstall', '--yes', '--keep-key'),
      reset: () => addProfiles(home, count),
    };
  },
  async 'keys-list'(at, count) {
    const home = await at.signedIn();
    at.sandbox.addKeys(Math.max(0, count - at.sandbox.liveKeys().length));
    return at.megallm(home, 'keys', 'list');
  },
  async 'doctor-places'(at, count) {
    const home = await at.signedIn();
    for (let number = 1; number <= count; number += 1) {
      const file = `app-${number}/.env`;
      home.write(`app-${number}/.keep`, '');
      await duration(at.megallm(home, 'env', 'write', '--to', 'dotenv', '--file', file))();
    }
    return at.megallm(home, 'doctor');
  },
};

/** Profiles as signing in makes them, each with a key of its own. */
function addProfiles(home: Home, count: number): void {
  for (let number = 1; number <= count; number += 1) {
    const key = `sk-mega-${createHash('sha256').update(`key ${number}`).digest('hex')}`;
    const fingerprint = createHash('sha256').update(key).digest('hex');
    const record = {
      version: 1,
      storage: 'file',
      key: { fingerprint, origin: 'pasted' },
      pastKeys: [],
      organisationKeys: [],
      locations: [],
    };
    const folder = `.megallm/profiles/${number === 1 ? 'default' : `profile-${number}`}`;
    home.write(`${folder}/profile.json`, `${JSON.stringify(record, null, 2)}\n`, 0o600);
    home.write(`${folder}/credentials`, `${key}\n`, 0o600);
  }
}
