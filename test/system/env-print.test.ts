import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { temporaryHome } from '../support/temporary-home.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: all that a shell could take for its own
const hostileKey = 'sk-mega-$HOME${x}$(id)!!#%&*(){}[]|;<>?~^\\n\\,=:@-end';
const shells = ['bash', 'zsh', 'ksh', 'dash', 'mksh'] as const;

describe.each(shells)('what env print prints', (shell) => {
  describeWith(requirements[shell], `in ${shell}`, () => {
    it('is evaluated to the very key, and exported', async () => {
      const home = temporaryHome();
      const script = 'eval "$("$@")"; env';
      const args = ['-c', script, shell, process.execPath, megallmBin, 'env', 'print', '--sdk', 'openai'];
      const { stdout, stderr } = await runProgram(shell, args, {
        home,
        env: { MEGALLM_API_KEY: hostileKey },
      });
      expect(stderr).toBe('');
      expect(stdout.split('\n')).toEqual(
        expect.arrayContaining([
          `MEGALLM_API_KEY=${hostileKey}`,
          `OPENAI_API_KEY=${hostileKey}`,
          'OPENAI_BASE_URL=https://ai.megallm.io/v1',
        ]),
      );
    });
  });
});

describeWith(requirements.docker, 'docker run --env-file', () => {
  it('takes the .env that env write wrote: that reader knows no quotes', async () => {
    const { home, key, run, sandbox } = await signedInHome();
    home.write('.env', '# mine\nA=1\n');
    await run(['env', 'write', '--to', 'dotenv', '--sdk', 'openai']);
    const daemon = await startDaemon();
    const args = ['run', '--env-file', '.env', 'image'];
    const env = { DOCKER_HOST: daemon.address, DOCKER_API_VERSION: '1.44' };
    await runProgram('docker', args, { home, env });
    expect(daemon.created()).toEqual([
      'A=1',
      `MEGALLM_API_KEY=${key}`,
      `OPENAI_BASE_URL=${sandbox.url}/v1`,
      `OPENAI_API_KEY=${key}`,
    ]);
  });
});

/** A Docker daemon that remembers what container it was asked for, makes none, and refuses all else. */
async function startDaemon() {
  let environment: string[] | undefined;
  const unknown: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = (request.url ?? '').replace(/\?.*/, '');
    if (path === '/_ping') return response.writeHead(200, { 'API-Version': '1.44' }).end('OK');
    if (path.endsWith('/containers/create')) environment = JSON.parse(body).Env;
    else unknown.push(path);
    return response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"no containers"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    created() {
      expect(unknown).toEqual([]);
      return environment;
    },
  };
}
