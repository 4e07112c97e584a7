import { describe, expect, it } from 'vitest';
import { openUserVariables } from '../../src/system/open-user-variables.ts';
import { WindowsUserVariables } from '../../src/system/windows-user-variables.ts';
import { FakeUserVariables } from '../support/fake-user-variables.ts';
import { FakeWindows } from '../support/fake-windows.ts';
import { userVariablesContract } from './user-variables.ts';

const name = 'MEGALLM_API_KEY';
const key = `sk-mega-${'a'.repeat(64)}`;

type Tools = NonNullable<ConstructorParameters<typeof FakeWindows>[0]>;

function windowsWith(tools: Tools, entry?: { type: string; data: string }) {
  const windows = new FakeWindows(tools);
  if (entry) windows.registry.set(name, entry);
  return { windows, variables: new WindowsUserVariables('C:\\Windows', windows.run) };
}

describe('the user environment of the tests', () => {
  userVariablesContract(() => new FakeUserVariables());
});

describe.each<Tools>([
  {},
  { style: 'german' },
  { style: 'japanese' },
  { style: 'xp' },
  { style: 'odd' },
  { powershell: 'hangs afterwards', setx: 'missing' },
  { powershell: 'missing' },
  { powershell: 'constrained' },
  { powershell: 'does nothing' },
  { powershell: 'hangs', style: 'german' },
])('the user environment of Windows: %j', (tools) => {
  userVariablesContract(() => windowsWith(tools).variables);
});

describe('the user environment of Windows', () => {
  it('gets the value on stdin: it is in no argument while PowerShell works', async () => {
    const { windows, variables } = windowsWith({});
    await variables.write(name, key);
    await variables.remove(name);
    expect(windows.calls.flatMap(({ args }) => args).join('\n')).not.toContain('sk-mega-');
    expect(windows.calls.map(({ program }) => program)).not.toContain('C:\\Windows\\System32\\setx.exe');
  });

  it('is changed by tools of Windows alone, wherever that is said to be', async () => {
    for (const root of [undefined, '', '..\\evil', '\\\\host\\share', 'C:\\Windows\\']) {
      const windows = new FakeWindows();
      await new WindowsUserVariables(root, windows.run).write(name, key);
      expect(windows.registry.get(name)?.data).toBe(key);
    }
  });

  it('1,024 characters are the most that setx gets', async () => {
    const { windows, variables } = windowsWith({ powershell: 'constrained' });
    await variables.write(name, 'a'.repeat(1_024));
    const before = new Map(windows.registry);
    await expect(variables.write(name, 'b'.repeat(1_025))).rejects.toMatchObject({
      code: 'failed',
      message: `PowerShell did not set ${name}, and setx takes 1024 characters at most, not 1025.`,
    });
    expect(windows.registry).toEqual(before);
    const { variables: modern } = windowsWith({});
    await modern.write(name, 'b'.repeat(1_025));
    expect(await modern.read(name)).toBe('b'.repeat(1_025));
  });

  it.each<Tools>([
    { powershell: 'does nothing', setx: 'does nothing' },
    { powershell: 'missing', setx: 'missing' },
    { powershell: 'hangs', setx: 'missing' },
  ])('that nothing was written is found out: %j', async (tools) => {
    const { variables } = windowsWith(tools);
    await expect(variables.write(name, key)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining(`Windows did not change ${name}`),
    });
  });

  it.each<Tools>([{ reg: 'missing' }, { reg: 'forbidden' }, { reg: 'hangs' }])(
    'one that cannot be read is not taken for empty: %j',
    async (tools) => {
      const { windows, variables } = windowsWith(tools);
      const problem = { code: 'failed', message: expect.stringContaining('cannot be read') };
      await expect(variables.read(name)).rejects.toMatchObject(problem);
      await expect(variables.write(name, key)).rejects.toMatchObject(problem);
      expect(windows.calls.some(({ program }) => program.endsWith('setx.exe'))).toBe(false);
    },
  );

  it.each([
    ['refers to others', { type: 'REG_EXPAND_SZ', data: '%USERPROFILE%\\key' }],
    ['is no text', { type: 'REG_DWORD', data: '0x1' }],
    ['is more than one', { type: 'REG_MULTI_SZ', data: 'a\\0b' }],
    ['has characters of some code page', { type: 'REG_SZ', data: 'caf\x82' }],
    ['has line breaks in it', { type: 'REG_SZ', data: 'a\r\nb' }],
  ])('a value that %s is left alone, since it could not be put back', async (_, entry) => {
    const { windows, variables } = windowsWith({}, entry);
    await expect(variables.read(name)).rejects.toMatchObject({
      code: 'refused',
      hints: expect.arrayContaining(['reg delete HKCU\\Environment /v MEGALLM_API_KEY']),
    });
    expect(windows.registry.get(name)).toEqual(entry);
  });

  it('names are the same in any case, types that are text are read, an empty value is none', async () => {
    const { windows, variables } = windowsWith({});
    windows.registry.set('megallm_api_key', { type: 'REG_EXPAND_SZ', data: key });
    expect(await variables.read(name)).toBe(key);
    await variables.remove(name);
    windows.registry.set(name, { type: 'REG_SZ', data: '' });
    expect(await variables.read(name)).toBeUndefined();
  });

  it('another variable cannot be taken for ours', async () => {
    const { windows, variables } = windowsWith({});
    windows.registry.set('MEGALLM_API_KEY_OLD', { type: 'REG_SZ', data: 'old' });
    windows.registry.set('X', { type: 'REG_SZ', data: 'MEGALLM_API_KEY    REG_SZ    forged' });
    expect(await variables.read(name)).toBeUndefined();
  });
});

it('elsewhere there is none', async () => {
  await expect(openUserVariables({ platform: 'linux', env: {} })).rejects.toMatchObject({
    code: 'usage',
    message: 'Only Windows has a user environment.',
  });
});
