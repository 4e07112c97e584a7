import { posix, win32 } from 'node:path';
import { askSlowProgram } from '../../../system/ask-program.ts';
import { exists } from '../../../system/files.ts';
import type { Machine } from '../../../system/machine.ts';

/** The files that PowerShell reads when it starts, of each of its editions. */
export interface PowerShellProfiles {
  /** The same whichever editions come and go. */
  readonly main: string;
  /** Those of the editions that are here. */
  readonly blocked: readonly string[];
  readonly all: readonly string[];
  /** The profiles for all hosts, which are read before. */
  readonly earlier: readonly string[];
  /** What starts the editions that are here, or might be. */
  readonly programs: readonly string[];
  /** The execution policy, where it lets no edition read a profile. */
  readonly policy: string | undefined;
}

interface Edition {
  readonly program: string;
  /** Where its profile is, within the folder that all editions have theirs in. */
  readonly folder: string;
}

interface Answer {
  readonly profile: string;
  readonly policy: string;
}

const fileName = 'Microsoft.PowerShell_profile.ps1';

/** In base64, since what a console makes of letters other than ASCII's is anybody's guess. */
const question =
  '[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("$PROFILE`n$(Get-ExecutionPolicy)"))';

/**
 * Asks each edition for its `$PROFILE`; where none answers, the documented places count (about_Profiles). On Windows
 * they are in the user's documents, which OneDrive may have moved.
 */
export async function findPowerShellProfiles(
  machine: Machine,
  ask: typeof askSlowProgram = askSlowProgram,
): Promise<PowerShellProfiles> {
  const editions = editionsOn(machine);
  const { join, dirname } = pathsOf(machine);
  const answers = await Promise.all(editions.map(({ program }) => answerOf(program, machine, ask)));
  const known = answers.find((answer) => answer !== undefined);
  const shared = known ? dirname(dirname(known.profile)) : await documentedFolder(machine, ask);
  const paths = editions.map(
    ({ folder }, index) => answers[index]?.profile ?? join(shared, folder, fileName),
  );
  const open = editions.filter((_, index) => answers[index] && !isClosed(answers[index]));
  return {
    ...placesOf(machine, paths),
    blocked: paths.filter((_, index) => index === 0 || answers[index]),
    programs: (open.length > 0 ? open : editions).map(({ program }) => program),
    policy: open.length > 0 ? undefined : known?.policy,
  };
}

/** The same for a main profile that was written to before, with those of the other editions beside it. */
export function rememberedProfiles(machine: Machine, main: string): PowerShellProfiles {
  const editions = editionsOn(machine);
  const { join, dirname, basename } = pathsOf(machine);
  const paths = editions.map(({ folder }, index) =>
    index === 0 ? main : join(dirname(dirname(main)), folder, basename(main)),
  );
  const used = editions.filter((_, index) => index === 0 || exists(paths[index] ?? ''));
  return {
    ...placesOf(machine, paths),
    blocked: [main],
    programs: used.map(({ program }) => program),
    policy: undefined,
  };
}

function placesOf(
  machine: Machine,
  paths: readonly string[],
): Pick<PowerShellProfiles, 'main' | 'all' | 'earlier'> {
  const { join, dirname } = pathsOf(machine);
  const earlier = paths.map((path) => join(dirname(path), 'profile.ps1'));
  return { main: paths[0] ?? '', all: paths, earlier };
}

/** Windows PowerShell is a part of Windows, so that it comes first; version 7 may stand beside it, or elsewhere alone. */
function editionsOn({ platform }: Machine): readonly Edition[] {
  if (platform !== 'win32') return [{ program: 'pwsh', folder: 'powershell' }];
  return [
    { program: 'powershell', folder: 'WindowsPowerShell' },
    { program: 'pwsh', folder: 'PowerShell' },
  ];
}

async function answerOf(
  program: string,
  machine: Machine,
  ask: typeof askSlowProgram,
): Promise<Answer | undefined> {
  const switches = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command'];
  const printed = await ask(program, [...switches, question], machine);
  const [profile, policy] = Buffer.from(printed ?? '', 'base64')
    .toString()
    .split('\n');
  return profile && policy && pathsOf(machine).isAbsolute(profile) ? { profile, policy } : undefined;
}

/** Under these no profile runs that is not signed (about_Execution_Policies). */
function isClosed({ policy }: Answer): boolean {
  return policy === 'Restricted' || policy === 'AllSigned';
}

async function documentedFolder(machine: Machine, ask: typeof askSlowProgram): Promise<string> {
  const { env, home, platform } = machine;
  if (platform === 'win32') return (await documentsFolder(machine, ask)) ?? win32.join(home, 'Documents');
  const { XDG_CONFIG_HOME: configured = '' } = env;
  return posix.isAbsolute(configured) ? configured : posix.join(home, '.config');
}

async function documentsFolder(machine: Machine, ask: typeof askSlowProgram): Promise<string | undefined> {
  const key = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders';
  const printed = await ask('reg', ['query', key, '/v', 'Personal'], machine);
  const written = /\bREG_(?:EXPAND_)?SZ\s+(.+?)\s*$/m.exec(printed ?? '')?.[1];
  const path = written?.replace(/%(\w+)%/g, (all, name) => machine.env[name] ?? all);
  // In a code page that is not UTF-8 other letters than ASCII's come out wrong.
  return path && win32.isAbsolute(path) && !/[%\ufffd]/.test(path) ? path : undefined;
}

function pathsOf({ platform }: Machine): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
