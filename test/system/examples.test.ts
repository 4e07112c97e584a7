import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { replyText } from '../sandbox/reply.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements, systemPython } from '../support/requirements.ts';
import { realSdks, sdkModules } from '../support/sdks.ts';
import { signedInHome } from '../support/signed-in-home.ts';

/** Where each asks; Anthropic's SDK sends the key as Bearer too, since its version 1. */
const paths = {
  openai: '/v1/chat/completions',
  anthropic: '/v1/messages',
  langchain: '/v1/chat/completions',
};
const sdks = Object.keys(paths) as (keyof typeof paths)[];

describeWith(realSdks, 'the Node examples, with the real SDKs', () => {
  describe.each([
    ['the variables that env write --sdk wrote', ['--sdk', 'openai,anthropic,langchain']],
    ["the key's own variable alone", []],
  ])('by %s', (_, flags) => {
    it.each(sdks)('get an answer: %s', async (sdk) => {
      const { home, key, run, sandbox } = await signedInHome();
      await run(['env', 'write', '--to', 'dotenv', ...flags]);
      symlinkSync(sdkModules, join(home.path, 'node_modules'));
      const { stdout: code } = await run(['examples', sdk, '--lang', 'node']);
      expect(code.includes('baseURL')).toBe(flags.length === 0);
      home.write('app.mjs', code);
      const before = sandbox.requests.length;
      const env = parse(home.read('.env'));
      const app = await runProgram(process.execPath, ['app.mjs'], { home, env });
      expect(app).toMatchObject({ stdout: `${replyText}\n`, exitCode: 0 });
      expect(sandbox.requests.slice(before)).toMatchObject([
        { path: paths[sdk], headers: { authorization: `Bearer ${key}` } },
      ]);
      expect(sandbox.unknownRequests).toEqual([]);
    });
  });
});

describeWith(requirements.curl, 'the example for curl', () => {
  it('gets an answer', async () => {
    const { key, home, run } = await signedInHome();
    const { stdout } = await run(['examples', 'curl']);
    const reply = await runProgram('sh', ['-c', stdout], { home, env: { MEGALLM_API_KEY: key } });
    expect(JSON.parse(reply.stdout)).toMatchObject({ choices: [{ message: { content: replyText } }] });
    const refused = await runProgram('sh', ['-c', stdout], { home, env: { MEGALLM_API_KEY: `${key}0` } });
    expect(refused.exitCode).toBe(22);
  });
});

describeWith(requirements.python, 'the Python examples', () => {
  it.each(sdks)('are Python: %s', async (sdk) => {
    const { home, run } = await signedInHome();
    const { stdout } = await run(['examples', sdk, '--lang', 'python']);
    const check = 'import ast, sys; print(len(ast.parse(sys.stdin.read()).body))';
    const checked = await runProgram(systemPython, ['-c', check], { home, stdin: stdout });
    expect(Number(checked.stdout)).toBeGreaterThan(3);
  });
});

it('all of them name this machine’s address, hold no key, and are told in --json', async () => {
  const { home, key, run, sandbox } = await signedInHome();
  home.write('package.json', '{}');
  const { stdout } = await run(['examples', '--json']);
  expect(stdout).not.toContain(key);
  const { examples } = JSON.parse(stdout);
  expect(examples.map(({ sdk, lang }: { sdk: string; lang: string }) => `${sdk} ${lang}`)).toEqual([
    'openai node',
    'anthropic node',
    'langchain node',
    'curl shell',
  ]);
  for (const { code } of examples) expect(code).toContain(sandbox.url);
});
