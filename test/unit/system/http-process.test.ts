import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Variables } from '../../../src/system/machine.ts';
import { runProgram } from '../../support/program.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  open.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const module = new URL('../../../src/system/http.ts', import.meta.url).href;
const tsx = fileURLToPath(import.meta.resolve('tsx'));

/** Sends one request in a program of its own, which closes nothing, and must end soon after the answer. */
async function sendInProgram(url: string, { env = {}, deadlineMs }: { env?: Variables; deadlineMs: number }) {
  const code = `
    import { createHttpClient } from ${JSON.stringify(module)};
    const client = createHttpClient({ env: ${JSON.stringify(env)}, userAgent: 'test' });
    const answer = await client.send(${JSON.stringify({ method: 'GET', url, deadlineMs })});
    const answered = performance.now();
    process.on('exit', () => {
      process.stdout.write(JSON.stringify({ ...answer, lingered: performance.now() - answered }));
    });`;
  const args = ['--import', tsx, '--input-type=module', '-e', code];
  const { stdout, stderr } = await runProgram(process.execPath, args, {
    home: temporaryHome(),
    timeout: 20_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Far above what ending takes, far below what a connection is kept for. */
const soon = expect.toSatisfy((milliseconds: number) => milliseconds < 1000);

describe('the process ends by itself', () => {
  it('after an answer, though the connection could still be used', async () => {
    const server = createServer((_, response) => response.end('ok'));
    server.keepAliveTimeout = 60_000;
    const url = `http://${await listening(server)}/`;
    expect(await sendInProgram(url, { deadlineMs: 5000 })).toMatchObject({ status: 200, lingered: soon });
  });

  it('after the deadline, though the server still holds the connection', async () => {
    const url = `http://${await listening(createTcpServer(() => undefined))}/`;
    expect(await sendInProgram(url, { deadlineMs: 50 })).toMatchObject({ cause: 'timeout', lingered: soon });
  });

  it('after the deadline, though a proxy has not answered', async () => {
    const proxy = await listening(createTcpServer(() => undefined));
    const env = { HTTPS_PROXY: `http://user:pass@${proxy}` };
    const answer = await sendInProgram('https://megallm.invalid/', { env, deadlineMs: 50 });
    expect(answer).toMatchObject({ cause: 'proxy', host: proxy, detail: 'no answer', lingered: soon });
    expect(JSON.stringify(answer)).not.toContain('pass');
  });

  it('after the deadline, though beyond the proxy nobody answers', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    });
    const env = { HTTPS_PROXY: await listening(server) };
    const answer = await sendInProgram('https://megallm.invalid/', { env, deadlineMs: 300 });
    expect(answer).toMatchObject({ cause: 'timeout', host: 'megallm.invalid:443', lingered: soon });
  });
});
