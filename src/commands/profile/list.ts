import type { Context } from '../../context.ts';
import type { Profile } from '../../credentials/profiles.ts';
import { MegallmError } from '../../errors.ts';
import type { Report } from '../../terminal/output.ts';

/** The profiles, from what is remembered of each: with many of them, asking the keychain for each would take too long. */
export async function run({ profiles }: Context): Promise<Report> {
  const current = profiles.currentName();
  const all = profiles.names().map((name) =>
    describe(
      name,
      name === current,
      readIfWhole(() => profiles.read(name)),
    ),
  );
  const talk = all.some((profile) => profile.current)
    ? []
    : [
        {
          label: `The current profile, ${current}, has no key yet`,
          next: [`megallm login --profile ${current}`],
        },
      ];
  return {
    data: { current, profiles: all },
    table: {
      columns: [
        { title: 'Profile' },
        { title: 'Organisation', inNoRoom: 'cut' },
        { title: 'Key' },
        { title: 'Places', inNoRoom: 'left-out' },
      ],
      rows: all.map((profile) => ({
        mark: profile.current ? 'ok' : undefined,
        cells: [
          { text: profile.name },
          { text: profile.organisation?.name ?? '' },
          profile.readable
            ? { text: whereIs[profile.storage ?? 'none'] }
            : { text: 'unreadable', mark: 'fail' },
          { text: String(profile.locations) },
        ],
      })),
    },
    talk,
  };
}

const whereIs = { keychain: 'keychain', file: 'plain text', none: 'none' } as const;

function describe(name: string, current: boolean, profile: Profile | undefined) {
  return {
    name,
    current,
    readable: profile !== undefined,
    organisation: profile?.organisation ?? null,
    storage: profile?.storage ?? null,
    otherOrganisations: profile?.organisationKeys.map(({ organisation }) => organisation) ?? [],
    locations: profile?.locations.length ?? 0,
  };
}

/** One broken record must not hide the others. */
function readIfWhole(read: () => Profile): Profile | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MegallmError) return undefined;
    throw error;
  }
}
