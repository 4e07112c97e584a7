import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isNewer, isRelease } from '../../src/update-record.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

const script = fileURLToPath(new URL('../../bin/megallm.cjs', import.meta.url));
const file = '.megallm/update.json';

/** A registry that knows one address; all else that it is asked is told. */
async function startRegistry(answer: string) {
  const asked: { url: string | undefined; headers: object }[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    asked.push({ url: `${method} ${url}`, headers });
    response.writeHead(url === '/npm/megallm/latest' ? 200 : 404).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { asked, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/npm/` };
}

async function atTerminal(answer = JSON.stringify({ version: '99.1.0' })) {
  const { home, key, sandbox } = await signedInHome();
  const registry = await startRegistry(answer);
  const megallm = async (args: readonly string[], env: Record<string, string> = {}) => {
    const session = openTerminal(process.execPath, [script, ...args], {
      home,
      cols: 120,
      env: {
        ...sandbox.environment,
        MEGALLM_NO_UPDATE_NOTICE: '',
        MEGALLM_UPDATE_REGISTRY: registry.address,
        ...env,
      },
    });
    const { exitCode } = await session.exit();
    return { exitCode, text: session.lines().join('\n') };
  };
  const record = () => JSON.parse(home.read(file).toString());
  return { home, key, megallm, record, asked: registry.asked };
}

const line = 'megallm 99.1.0 is out (this is ';

describe('a newer megallm', () => {
  it('is asked for in the background and told of once, both at most daily, and leaves with the rest', async () => {
    const { home, key, megallm, record, asked } = await atTerminal();
    const first = await megallm(['status']);
    expect(first).toMatchObject({ exitCode: 0, text: expect.not.stringContaining('is out') });
    await vi.waitFor(() => expect(record().latest).toBe('99.1.0'), { timeout: 20_000 });
    expect(asked.map(({ url }) => url)).toEqual(['GET /npm/megallm/latest']);
    expect(JSON.stringify(asked)).not.toContain(key);
    expect(home.snapshot().get(file)).toMatchObject({ type: 'file', mode: 0o600 });

    const { text } = await megallm(['status']);
    expect(text.split('\n').at(-1)).toMatch(
      /^megallm 99\.1\.0 is out \(this is \d+\.\d+\.\d+\) {2}npx megallm@latest$/,
    );
    expect((await megallm(['status'])).text).not.toContain(line);
    expect(asked).toHaveLength(1);

    home.write(file, JSON.stringify({ ...record(), shownAt: Date.now() - 25 * 60 * 60 * 1000 }));
    expect((await megallm(['status'])).text).toContain(line);
    expect((await megallm(['uninstall', '--yes', '--keep-key'])).exitCode).toBe(0);
    expect(home.snapshot().has('.megallm')).toBe(false);
    expect(asked).toHaveLength(1);
  });

  it('is nobody’s matter in scripts, on CI and where it is not wanted', async () => {
    const { home, megallm, asked } = await atTerminal();
    home.write(file, JSON.stringify({ latest: '99.1.0' }));
    const before = home.snapshot();
    for (const flag of ['--json', '--quiet', '--dry-run'])
      expect((await megallm(['status', flag])).text).not.toContain('is out');
    for (const env of [{ CI: '1' }, { MEGALLM_NO_UPDATE_NOTICE: '1' }])
      expect((await megallm(['status'], env)).text).not.toContain('is out');
    expect((await megallm(['key', 'print'])).text).not.toContain('is out');
    expect((await megallm(['keys', 'revoke', 'none'])).text).not.toContain('is out');
    expect(home.snapshot()).toEqual(before);
    expect(asked).toEqual([]);
  });

  it.each(['{', '[1]', 'null', '{"latest":"99.1.0\\u001b[2J","checkedAt":"x"}', '{"latest":7,"shownAt":{}}'])(
    'survives a file that says %s',
    async (content) => {
      const { home, megallm, record } = await atTerminal();
      home.write(file, content);
      expect(await megallm(['status'])).toMatchObject({
        exitCode: 0,
        text: expect.not.stringContaining('is out'),
      });
      await vi.waitFor(() => expect(record().latest).toBe('99.1.0'), { timeout: 20_000 });
    },
  );

  it('makes no folder', async () => {
    const { home, megallm, asked } = await atTerminal();
    expect((await megallm(['examples'], { HOME: join(home.path, 'empty') })).exitCode).toBe(0);
    expect(home.snapshot().has('empty/.megallm')).toBe(false);
    expect(asked).toEqual([]);
  });
});

it.each(['4.1', 'v4.1.0', '4.1.0 ', '4.1.0\n', '04.1.0', '4.1.0-rc.1', '4.1.0\u001b[2J', 410, null])(
  '%j is no release',
  (text) => expect(isRelease(text)).toBe(false),
);

it.each([
  ['4.0.1', '4.0.0', true],
  ['4.0.0', '4.0.0', false],
  ['3.9.9', '4.0.0', false],
  ['4.10.0', '4.9.0', true],
  ['4.1.0', '4.1.0-rc.1', true],
  ['4.0.9', '4.1.0-rc.1', false],
])('%s after %s: %s', (release, own, newer) => expect(isNewer(release, own)).toBe(newer));
