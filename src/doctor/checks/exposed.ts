import { basename, dirname, join } from 'node:path';
import type { Draft } from '../../changes/draft.ts';
import type { Backend } from '../../credentials/backends/backend.ts';
import { ignoreCommand } from '../../credentials/backends/gitignore.ts';
import { shellWord } from '../../credentials/backends/quoting.ts';
import { allVariables } from '../../credentials/exported.ts';
import { withLocation } from '../../credentials/profiles.ts';
import { resolveTarget } from '../../system/files.ts';
import { gitStatus, workingTreeOf } from '../../system/git.ts';
import type { Check, CheckResult, Patient } from '../check.ts';

/** `.env` files with a key of ours that Git has, or would take with the next `git add`. */
export const exposed: Check = {
  id: 'dotenv-git',
  group: 'Places',
  title: '.env and Git',
  needsKey: true,
  async run(patient) {
    const files = await filesWithKey(patient);
    if (files.length === 0) return { status: 'pass', detail: 'no .env file here holds a key of ours' };
    const tracked: Backend[] = [];
    const open: Backend[] = [];
    await Promise.all(
      files.map(async (file) => {
        const target = resolveTarget(file.path);
        const tree = workingTreeOf(dirname(target));
        const status = tree && (await gitStatus(target, tree, patient.machine.env));
        if (status === 'tracked') tracked.push(file);
        if (status === 'untracked') open.push(file);
      }),
    );
    if (tracked.length > 0) return trackedFound(tracked, patient);
    if (open.length > 0) return unignoredFound(open, patient);
    return { status: 'pass', detail: `${files.length} with the key, none that Git would take` };
  },
};

/** Those that were written to, and `.env` in this folder and those above it. */
async function filesWithKey({ locations, machine, open, places, profiles }: Patient): Promise<Backend[]> {
  const isOurs = profiles.knownKeys();
  const remembered = locations.filter(({ backend }) => backend === 'dotenv').map(open);
  const upwards = foldersUp(machine.cwd).map((folder) =>
    places.open('dotenv', { file: join(folder, '.env') }),
  );
  const all = await Promise.all([...remembered, ...upwards]);
  const unique = [...new Map(all.map((backend) => [backend.path, backend])).values()];
  const holding = await Promise.allSettled(
    unique.map(async (backend) => {
      const found = await backend.find(allVariables);
      return found.some(({ value }) => value && isOurs(value.fingerprint)) ? [backend] : [];
    }),
  );
  return holding.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}

function foldersUp(folder: string): string[] {
  return folder === dirname(folder) ? [folder] : [folder, ...foldersUp(dirname(folder))];
}

function trackedFound(files: readonly Backend[], { machine, profileFlag }: Patient): CheckResult {
  const word = (text: string) => shellWord(text, machine.platform);
  const commands = files.map(({ path }) => {
    const target = resolveTarget(path);
    const untrack = `git -C ${word(dirname(target))} rm --cached ${word(basename(target))}`;
    return `${untrack} && ${ignoreCommand(target)}`;
  });
  return {
    status: 'fail',
    detail: 'tracked by Git: the key is, or will be, in the history',
    place: files.map(({ path }) => path).join(', '),
    next: [...commands, `megallm keys rotate${profileFlag}   (whoever has the history has the old key)`],
    code: 'refused',
  };
}

async function unignoredFound(files: readonly Backend[], patient: Patient): Promise<CheckResult> {
  const offers = await Promise.all(files.map(async (file) => ({ file, offer: await file.companion?.() })));
  const next = offers.flatMap(({ offer }) => offer?.warning.hints ?? []);
  const isMendable = offers.every(({ offer }) => offer && 'plan' in offer);
  return {
    status: 'warn',
    detail: 'not ignored by Git: the key could be committed',
    place: files.map(({ path }) => path).join(', '),
    next,
    ...(isMendable && {
      mend(draft: Draft) {
        for (const { file, offer } of offers) {
          if (!offer || !('plan' in offer)) continue;
          remember(draft, patient, file, offer.plan(draft));
        }
      },
    }),
  };
}

/** So that the line goes again with the key. */
function remember(
  draft: Draft,
  { profiles, profileName }: Patient,
  { id, path }: Backend,
  beside: { readonly ignoredBy?: string },
): void {
  profiles.update(draft, profileName, (record) => {
    const location = record.locations.find((each) => each.backend === id && each.path === path);
    return location ? withLocation(record, { ...location, ...beside }) : record;
  });
}
