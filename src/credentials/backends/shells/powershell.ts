import type { NewShell } from '../../../system/new-shell.ts';
import type { Obstacle } from '../backend.ts';
import { quoteForPowerShell } from '../quoting.ts';
import { readPowerShellScript } from '../scripts/powershell/powershell-script.ts';
import type { ShellDialect } from './dialect.ts';
import type { PowerShellProfiles } from './powershell-profiles.ts';

/** PowerShell, with the profiles that its editions have here. */
export function powershell(platform: NodeJS.Platform, profiles: PowerShellProfiles): ShellDialect {
  const { blocked, all, earlier, programs, policy } = profiles;
  const obstacle = policy === undefined ? undefined : noProfiles(policy);
  return {
    id: 'powershell',
    environmentFile: 'env.ps1',
    startupFiles: () => ({ main: profiles.main, blocked, all, earlier, candidates: all }),
    read: readPowerShellScript,
    exportLine: (name, value) => `$env:${name} = ${quoteForPowerShell(value)}`,
    readingLine: readingLine(platform),
    knowsBom: true,
    knowsCrLf: true,
    knowsUtf16: true,
    ...(obstacle && { obstacle }),
    provenBy: programs.map(newPowerShell),
    examinedBy: programs.map(newPowerShell),
    restart: '. $PROFILE',
  };
}

/** On Windows `$HOME` may be a drive of the company's, where Node and megallm know no home. */
function readingLine(platform: NodeJS.Platform): string {
  const path = platform === 'win32' ? '$env:USERPROFILE\\.megallm\\env.ps1' : '$HOME/.megallm/env.ps1';
  return `if (Test-Path -LiteralPath "${path}") { . "${path}" }`;
}

function newPowerShell(program: string): NewShell {
  return {
    program,
    switches: ['-NoLogo', '-NonInteractive', '-Command'],
    print: (text, variable) => `[Console]::Out.Write("${text}${variable ? `$env:${variable}` : ''}")`,
  };
}

function noProfiles(policy: string): Obstacle {
  return {
    message: `PowerShell reads no profile here: its execution policy is ${policy}.`,
    hints: [
      'In PowerShell: Set-ExecutionPolicy -Scope CurrentUser RemoteSigned',
      'Or use --to windows, which needs no profile. (Or write it all the same: add --force.)',
    ],
  };
}
