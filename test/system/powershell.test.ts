import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';

const name = 'MEGALLM_API_KEY';
const write = ['env', 'write', '--to', 'powershell'];
const profile = '.config/powershell/Microsoft.PowerShell_profile.ps1';

describeWith(requirements.powershell, 'a new PowerShell', () => {
  it.each([[[]], [['--inline']]])('sees the key with %j, and no more afterwards', async (flags) => {
    const { home, key, run } = await signedInHome();
    const ask = async () =>
      (await runProgram('pwsh', ['-NoLogo', '-Command', `[Console]::Out.Write($env:${name})`], { home }))
        .stdout;
    expect(await run([...write, ...flags])).toMatchObject({ exitCode: 0 });
    expect(await ask()).toBe(key);
    expect((await run(['doctor'])).stdout).toContain('a new powershell (pwsh) sees this key');
    expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
    expect(await ask()).toBe('');
  });
});

describe('a PowerShell that answers', () => {
  /** Answers the one question that megallm asks, and nothing else. */
  const answering = (folder: string, policy: string) => {
    const answer = Buffer.from(`${folder}/${profile}\n${policy}`).toString('base64');
    return [
      '#!/bin/sh',
      'case "$*" in',
      `  "-NoLogo -NoProfile -NonInteractive -Command "*PROFILE*Get-ExecutionPolicy*) echo ${answer} ;;`,
      '  *) exit 9 ;;',
      'esac',
      '',
    ].join('\n');
  };

  it('has its profile where it says', async () => {
    const { home, run } = await signedInHome();
    home.write('bin/pwsh', answering(join(home.path, 'else where'), 'Unrestricted'), 0o755);
    const env = { PATH: `${join(home.path, 'bin')}:${process.env.PATH}` };
    expect(await run(write, { env })).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('. $PROFILE'),
    });
    expect(home.read(`else where/${profile}`).toString()).toBe(
      '# >>> megallm >>>\n' +
        'if (Test-Path -LiteralPath "$HOME/.megallm/env.ps1") { . "$HOME/.megallm/env.ps1" }\n' +
        '# <<< megallm <<<\n',
    );
    expect(await run(['env', 'remove'])).toMatchObject({ exitCode: 0 });
    expect([...home.snapshot().keys()]).not.toContain('else where');
  });

  it('and reads no profile is refused, with what to do about it', async () => {
    const { home, run } = await signedInHome();
    home.write('bin/pwsh', answering(home.path, 'Restricted'), 0o755);
    const env = { PATH: `${join(home.path, 'bin')}:${process.env.PATH}` };
    const before = home.snapshot();
    expect(await run(write, { env })).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('Set-ExecutionPolicy'),
    });
    expect(home.snapshot()).toEqual(before);
    expect(await run([...write, '--force'], { env })).toMatchObject({ exitCode: 0 });
  });
});

it('a profile in UTF-16 is refused', async () => {
  const { home, run } = await signedInHome();
  home.write(profile, Buffer.from(`\ufeff$env:${name} = "mine"\r\n`, 'utf16le'));
  const before = home.snapshot();
  expect(await run(write)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('UTF-16') });
  expect(home.snapshot()).toEqual(before);
});

it('env.ps1 names its profile, and holds the key in quotes', async () => {
  const { home, key, run } = await signedInHome();
  await run(write);
  expect(home.read('.megallm/env.ps1').toString()).toBe(
    '# Profile default. Written by megallm, which will overwrite changes made here.\n' +
      `$env:${name} = '${key}'\n`,
  );
});
