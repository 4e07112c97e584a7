import { expect, it } from 'vitest';
import { run as doctor } from '../../../../src/commands/doctor.ts';
import { run as remove } from '../../../../src/commands/env/remove.ts';
import { run as write } from '../../../../src/commands/env/write.ts';
import { run as logout } from '../../../../src/commands/logout.ts';
import { run as status } from '../../../../src/commands/status.ts';
import { run as undo } from '../../../../src/commands/undo.ts';
import { pretendedWindows } from '../../../support/pretended-windows.ts';

const name = 'MEGALLM_API_KEY';
const key = `sk-mega-${'a'.repeat(64)}`;
const other = `sk-mega-${'b'.repeat(64)}`;
const toWindows = { to: ['windows'] };

async function signedIn() {
  const windows = pretendedWindows();
  await windows.store('default', key);
  return windows;
}

it('the key is written, remembered, seen by doctor, and removed again', async () => {
  const { context, userVariables } = await signedIn();
  const report = await write(context(), toWindows);
  expect(report.data).toMatchObject({
    applied: true,
    changes: [expect.anything(), { kind: 'user-variable', place: `user variable ${name}`, action: 'create' }],
    to: [{ backend: 'windows', message: expect.stringContaining('programs that start from now on') }],
  });
  expect(userVariables.values).toEqual(new Map([[name, key]]));
  const findings = async () =>
    JSON.stringify((await doctor(context(), { offline: true })).data).replaceAll('\\\\', '\\');
  expect(await findings()).toContain('"detail":"a new program sees this key","place":"HKCU\\Environment"');
  userVariables.values.set(name, other);
  expect(await findings()).toContain('"status":"fail","detail":"holds another key: sk-mega-bbbb…bbbb"');
  userVariables.values.set(name, key);
  expect((await write(context(), toWindows)).talk).toContainEqual({ mark: 'ok', label: 'Nothing to change' });
  expect((await remove(context(), {})).data).toMatchObject({ removed: [{ backend: 'windows' }] });
  expect(userVariables.values).toEqual(new Map());
  expect((await remove(context(), {})).data).toMatchObject({ removed: [] });
});

it('a dry run changes nothing and shows no key', async () => {
  const { context, home, userVariables } = await signedIn();
  const before = home.snapshot();
  const { raw } = await write(context({ dryRun: true }), toWindows);
  expect(raw).toBe(`create user variable ${name}\n`);
  expect(userVariables.values).toEqual(new Map());
  expect(home.snapshot()).toEqual(before);
});

it("a value of the user's own is replaced on a yes alone, and undo brings it back", async () => {
  const { context, home, userVariables } = await signedIn();
  userVariables.values.set(name, 'my own');
  const before = home.snapshot();
  await expect(write(context(), toWindows)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining(`HKCU\\Environment\\${name} sets ${name}`),
  });
  expect(home.snapshot()).toEqual(before);
  expect(userVariables.values.get(name)).toBe('my own');
  await write(context({ yes: true }), toWindows);
  expect(userVariables.values.get(name)).toBe(key);
  for (const [file, { type }] of home.snapshot()) {
    if (type === 'file') expect(home.read(file).includes(key.slice(20)), file).toBe(false);
  }
  expect((await undo(context(), { list: true })).data).toMatchObject({
    changes: [{ command: 'env write', places: [`user variable ${name}`] }, { command: 'login' }],
  });
  await undo(context(), {});
  expect(userVariables.values.get(name)).toBe('my own');
  await remove(context(), toWindows);
  expect(userVariables.values.get(name)).toBe('my own');
});

it('what was changed since is not taken back', async () => {
  const { context, userVariables } = await signedIn();
  await write(context(), toWindows);
  userVariables.values.set(name, 'changed by hand');
  await expect(undo(context(), {})).rejects.toMatchObject({
    code: 'refused',
    message: `user variable ${name} was changed in the meantime.`,
  });
  expect(userVariables.values.get(name)).toBe('changed by hand');
  userVariables.values.delete(name);
  await undo(context(), {});
  expect(userVariables.values).toEqual(new Map());
});

it('the only copy of a key is not undone', async () => {
  const { context, userVariables } = pretendedWindows();
  await write(context({}, { [name]: other }), toWindows);
  await expect(undo(context(), {})).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('the only copy'),
  });
  expect(userVariables.values.get(name)).toBe(other);
});

it("logout takes the profile's key out, and leaves another profile's", async () => {
  const { context, store, userVariables, keychain } = await signedIn();
  await store('work', other);
  await write(context(), toWindows);
  await write(context({ profile: 'work' }), toWindows);
  expect(userVariables.values.get(name)).toBe(other);
  await logout(context(), {});
  expect(userVariables.values.get(name)).toBe(other);
  await logout(context({ profile: 'work' }), {});
  expect(userVariables.values).toEqual(new Map());
  expect(keychain.entries).toEqual(new Map());
});

it('status says what is there', async () => {
  const { context, userVariables } = await signedIn();
  await write(context(), toWindows);
  userVariables.values.delete(name);
  const offline = { ...context(), http: async () => ({ send: async () => unreachable }) as never };
  expect((await status(offline)).data).toMatchObject({
    locations: [{ backend: 'windows', path: 'HKCU\\Environment', holds: 'no key' }],
  });
});

const unreachable = { kind: 'failure', cause: 'refused', host: 'none', detail: 'none' };
