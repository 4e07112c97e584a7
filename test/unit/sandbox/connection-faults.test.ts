import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type FaultName, faults } from '../../sandbox/faults.ts';
import { startSandbox } from '../../sandbox/service.ts';
import { call, type Reply, under } from './call.ts';

/** The start of a reply: how many body bytes have come 20 ms after the first ones. */
function beginningOf(
  url: string,
  key: string,
): Promise<{ expected: number; received: number; ended: boolean }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { authorization: `Bearer ${key}` }, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      let received = 0;
      let ended = false;
      incoming.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      incoming.once('data', () => {
        setTimeout(() => {
          resolve({ expected: Number(incoming.headers['content-length']), received, ended });
          outgoing.destroy();
        }, 20);
      });
      incoming.on('end', () => {
        ended = true;
      });
      incoming.on('error', () => {});
    });
    outgoing.end();
  });
}

/** 'answered', or an error code. */
function fateOf(reply: Promise<Reply>): Promise<string> {
  return reply.then(
    () => 'answered',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

describe('faults of the connection', () => {
  it('hang never answers', async () => {
    const { ask } = await under('hang');
    const silence = new Promise((resolve) => setTimeout(resolve, 30, 'silent'));
    expect(await Promise.race([fateOf(ask()), silence])).toBe('silent');
  });

  it('reset breaks the connection, before the work or after it', async () => {
    const { sandbox, key, ask } = await under('reset');
    const create = () =>
      call(`${sandbox.url}/api/v1/keys`, { key, body: { api_key_name: 'x', org_id: 'org_acme' } });
    expect(await fateOf(ask())).toBe('ECONNRESET');
    expect(await fateOf(create())).toBe('ECONNRESET');
    expect(sandbox.liveKeys()).toHaveLength(1);
    sandbox.setFault('lost-answer');
    expect(await fateOf(create())).toBe('ECONNRESET');
    expect(sandbox.liveKeys()).toHaveLength(2);
  });

  it('reset is a real RST, not an end', async () => {
    const { sandbox } = await under('reset');
    const code = await new Promise((resolve) => {
      const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.on('end', () => resolve('end'));
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    });
    expect(code).toBe('ECONNRESET');
  });

  it('truncated ends before the length it promised', async () => {
    expect(await fateOf((await under('truncated')).ask())).toBe('ECONNRESET');
  });

  it('drip gives the body in many pieces, all of it in the end', async () => {
    const { sandbox, key, ask } = await under(faults.drip(5));
    const { expected, received, ended } = await beginningOf(`${sandbox.url}/v1/models`, key);
    expect(ended).toBe(false);
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(expected);
    sandbox.setFault(faults.drip(0), '/api/hello');
    expect((await ask()).status).toBe(200);
  });

  it('stall stops in the middle of the body', async () => {
    const { sandbox, key } = await under('stall');
    const { expected, received, ended } = await beginningOf(`${sandbox.url}/v1/models`, key);
    expect(ended).toBe(false);
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(expected);
  });
});

describe('close', () => {
  it.each<FaultName | undefined>(['hang', 'slow', 'stall', 'drip', undefined])(
    'ends with a request pending: %s',
    async (fault) => {
      const sandbox = await startSandbox();
      const { key } = sandbox.issueKey();
      if (fault !== undefined) sandbox.setFault(fault);
      // Without a fault: a connection that has sent nothing yet.
      const idle = connect(Number(new URL(sandbox.url).port), '127.0.0.1').on('error', () => {});
      const fate =
        fault === undefined
          ? undefined
          : call(`${sandbox.url}/v1/models`, { key }).catch((error) => error.code);
      while (fault !== undefined && sandbox.requests.length === 0) await new Promise(setImmediate);
      await sandbox.close();
      if (fate !== undefined) expect(await fate).toBe('ECONNRESET');
      idle.destroy();
      await sandbox.close();
      await expect(call(sandbox.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    },
  );
});
