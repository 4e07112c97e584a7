import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProjectFile, readProjectFile } from '../../../src/setup/project-file.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../src/setup/project-file.schema.json', import.meta.url), 'utf8'),
);
const fitsSchema = new Ajv().compile(schema);
const parse = (text: string) => parseProjectFile('/p/megallm.json', text);

it('reads what a team has chosen', () => {
  const text =
    '\uFEFF{"tools":["claude"],"backends":["zsh","dotenv"],"sdk":["openai"],"baseUrl":"https://x.example/v1/"}';
  expect(parse(text)).toEqual({
    path: '/p/megallm.json',
    tools: ['claude'],
    backends: ['zsh', 'dotenv'],
    sdk: ['openai'],
    baseUrl: 'https://x.example',
  });
});

it.each([
  ['{', 'not valid JSON'],
  ['[]', 'not an object'],
  ['{"tool":[]}', 'there is no "tool"'],
  ['{"tools":"claude"}', '"tools" is not a list'],
  ['{"backends":[1]}', '"backends" is not a list'],
  ['{"baseUrl":"http://evil.example"}', '"baseUrl" is not an https: address'],
  ['{"baseUrl":7}', '"baseUrl" is not an https: address'],
  ['{"__proto__":{}}', 'there is no "__proto__"'],
])('%s: %s', (text, problem) => {
  expect(() => parse(text)).toThrow(problem);
});

it('refuses a key, and does not show it', () => {
  const key = `sk-mega-${'a'.repeat(64)}`;
  expect(() => parse(`{"apiKey":"${key}"}`)).toThrow(/^(?!.*sk-mega).*holds a key/);
});

it('takes what the schema takes, and nothing else', () => {
  const member = fc.constantFrom('tools', 'backends', 'sdk', 'baseUrl', '$schema', 'key', 'Tools');
  const value = fc.oneof(
    fc.array(fc.constantFrom<unknown>('claude', 'zsh', 1, null), { maxLength: 3 }),
    fc.constantFrom<unknown>('https://a.example', 'http://a.example', 'http://127.0.0.1:1', 'zsh', 3, true),
  );
  fc.assert(
    fc.property(fc.dictionary(member, value, { maxKeys: 4 }), (content) => {
      const taken = () => parse(JSON.stringify(content));
      if (typeof content.$schema !== 'string') delete content.$schema;
      if (fitsSchema(content)) expect(taken).not.toThrow();
      else expect(taken).toThrow('cannot be used');
    }),
  );
});

describe('the file that counts', () => {
  it('is the nearest one above, up to the top of the working tree', () => {
    const home = temporaryHome();
    home.write('megallm.json', '{"tools":["codex"]}');
    home.write('project/.git/HEAD', '');
    home.write('project/deep/er/file', '');
    const deep = join(home.path, 'project/deep/er');
    expect(readProjectFile(deep)).toBeUndefined();
    home.write('project/megallm.json', '{"tools":["claude"]}');
    expect(readProjectFile(deep)).toMatchObject({ tools: ['claude'] });
    expect(readProjectFile(home.path)).toMatchObject({ tools: ['codex'] });
  });
});
