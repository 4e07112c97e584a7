import { describe, expect, it } from 'vitest';
import {
  findPowerShellProfiles,
  rememberedProfiles,
} from '../../../../../src/credentials/backends/shells/powershell-profiles.ts';
import type { Machine } from '../../../../../src/system/machine.ts';
import { temporaryHome } from '../../../../support/temporary-home.ts';

const fileName = 'Microsoft.PowerShell_profile.ps1';

const windows: Machine = {
  platform: 'win32',
  env: { USERPROFILE: 'C:\\Users\\dev', OneDrive: 'C:\\Users\\dev\\OneDrive' },
  cwd: 'C:\\',
  home: 'C:\\Users\\dev',
  folder: 'C:\\Users\\dev\\.megallm',
};
const linux: Machine = {
  platform: 'linux',
  env: {},
  cwd: '/',
  home: '/home/dev',
  folder: '/home/dev/.megallm',
};

type Answers = Readonly<Record<string, string | undefined>>;

/** What each program would print; those that are left out are not installed. Others must not be asked. */
function asking(answers: Answers) {
  return async (program: string, args: readonly string[]) => {
    expect(['pwsh', 'powershell', 'reg']).toContain(program);
    if (program === 'reg')
      expect(args).toEqual(['query', expect.stringContaining('User Shell Folders'), '/v', 'Personal']);
    else expect(args.slice(0, -1)).toEqual(['-NoLogo', '-NoProfile', '-NonInteractive', '-Command']);
    return answers[program];
  };
}

function answer(profile: string, policy = 'RemoteSigned'): string {
  return `${Buffer.from(`${profile}\n${policy}`).toString('base64')}\r\n`;
}

const documents = 'D:\\OneDrive – Acme\\Dokumente';
const old = `${documents}\\WindowsPowerShell\\${fileName}`;
const seven = `${documents}\\PowerShell\\${fileName}`;
const registry = (path: string) =>
  `\r\nHKEY_CURRENT_USER\\Software\\…\\User Shell Folders\r\n    Personal    REG_EXPAND_SZ    ${path}\r\n\r\n`;

describe('on Windows', () => {
  it('both editions get the block where both are, in the documents that they name', async () => {
    const found = await findPowerShellProfiles(
      windows,
      asking({ powershell: answer(old), pwsh: answer(seven) }),
    );
    expect(found).toEqual({
      main: old,
      all: [old, seven],
      blocked: [old, seven],
      earlier: [old, seven].map((path) => path.replace(fileName, 'profile.ps1')),
      programs: ['powershell', 'pwsh'],
      policy: undefined,
    });
  });

  it.each<[string, Answers, readonly string[], readonly string[]]>([
    ['Windows PowerShell alone', { powershell: answer(old) }, [old], ['powershell']],
    ['version 7 alone', { pwsh: answer(seven) }, [old, seven], ['pwsh']],
    [
      'both, and one may read no profile',
      { powershell: answer(old, 'Restricted'), pwsh: answer(seven) },
      [old, seven],
      ['pwsh'],
    ],
  ])('with %s', async (_, answers, blocked, programs) => {
    expect(await findPowerShellProfiles(windows, asking(answers))).toMatchObject({
      main: old,
      blocked,
      programs,
      policy: undefined,
    });
  });

  it.each(['Restricted', 'AllSigned'])(
    'the policy %s, which lets no profile be read, is told',
    async (policy) => {
      const answers = { powershell: answer(old, policy) };
      expect(await findPowerShellProfiles(windows, asking(answers))).toMatchObject({
        policy,
        blocked: [old],
      });
    },
  );

  it.each([
    ['%OneDrive%\\Documents', 'C:\\Users\\dev\\OneDrive\\Documents'],
    ['D:\\My Documents', 'D:\\My Documents'],
    ['%Nowhere%\\Documents', 'C:\\Users\\dev\\Documents'],
    ['D:\\Fichiers \ufffd moi', 'C:\\Users\\dev\\Documents'],
  ])('where none answers the registry does: %s', async (path, folder) => {
    const found = await findPowerShellProfiles(windows, asking({ reg: registry(path) }));
    expect(found).toMatchObject({
      main: `${folder}\\WindowsPowerShell\\${fileName}`,
      blocked: [`${folder}\\WindowsPowerShell\\${fileName}`],
      programs: ['powershell', 'pwsh'],
      policy: undefined,
    });
  });

  it.each<[string, Answers]>([
    ['nothing', {}],
    ['what is no answer', { powershell: 'Access denied\r\n', pwsh: '', reg: 'ERROR: not found\r\n' }],
  ])('where there is %s at all, the usual place counts', async (_, answers) => {
    const { main } = await findPowerShellProfiles(windows, asking(answers));
    expect(main).toBe(`C:\\Users\\dev\\Documents\\WindowsPowerShell\\${fileName}`);
  });
});

describe('elsewhere', () => {
  it.each<[string, Machine['env'], Answers, string]>([
    ['the documented place', {}, {}, '/home/dev/.config/powershell'],
    ['the one below XDG_CONFIG_HOME', { XDG_CONFIG_HOME: '/x y' }, {}, '/x y/powershell'],
    ['the one that pwsh names', {}, { pwsh: answer(`/snap/é/powershell/${fileName}`) }, '/snap/é/powershell'],
  ])('it is %s', async (_, env, answers, folder) => {
    expect(await findPowerShellProfiles({ ...linux, env }, asking(answers))).toEqual({
      main: `${folder}/${fileName}`,
      all: [`${folder}/${fileName}`],
      blocked: [`${folder}/${fileName}`],
      earlier: [`${folder}/profile.ps1`],
      programs: ['pwsh'],
      policy: undefined,
    });
  });
});

it('a profile that was written to is found again without asking', () => {
  const home = temporaryHome();
  const path = `${home.path}/powershell/${fileName}`;
  expect(rememberedProfiles(linux, path)).toMatchObject({ main: path, all: [path], programs: ['pwsh'] });
  expect(rememberedProfiles(windows, old)).toMatchObject({
    main: old,
    all: [old, seven],
    programs: ['powershell'],
  });
});
