import fc from 'fast-check';
import { parse as parseLenient } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { InsertedText, withoutSpans } from '../../../src/integrations/inserted-text.ts';
import { insertMember, jsonProblem, memberAt, removeMember } from '../../../src/integrations/json-members.ts';

const ours = [
  [['apiKeyHelper'], "'/a b/node' key"],
  [['env', 'ANTHROPIC_BASE_URL'], 'https://ai.megallm.io'],
  [['env', 'ANTHROPIC_API_KEY'], ''],
  [['provider', 'megallm'], { npm: 'ü', models: { 'gpt-5': {}, claude: { provider: { npm: 'x' } } } }],
] as const;

/** JSON as people's files have it, one character for each byte. */
const layouts = fc.record({
  indent: fc.constantFrom('', ' ', '  ', '    ', '\t'),
  newline: fc.constantFrom('\n', '\r\n'),
  end: fc.constantFrom('', '\n', '\n\n'),
});
const names = fc.oneof(fc.string(), fc.constantFrom('env', 'provider', '__proto__', 'ünïcode'));
const objects = fc.dictionary(
  names.filter((name) => name !== '__proto__'),
  fc.jsonValue({ maxDepth: 4 }),
  { maxKeys: 8 },
);
const withRooms = fc.tuple(objects, fc.option(objects), fc.option(objects)).map(([all, env, provider]) => {
  const { env: _env, provider: _provider, ...rest } = all as Record<string, unknown>;
  // By way of text, which knows no minus zero.
  return JSON.parse(JSON.stringify({ ...rest, ...(env && { env }), ...(provider && { provider }) }));
});

function drawn(value: unknown, { indent, newline, end }: { indent: string; newline: string; end: string }) {
  const text = JSON.stringify(value, null, indent) + end;
  return Buffer.from(text.replaceAll('\n', newline)).toString('latin1');
}

function withOurs(text: string): InsertedText {
  const target = new InsertedText(text);
  for (const [path, value] of ours)
    if (memberAt(target.text, path) === undefined) insertMember(target, path, value);
  return target;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const utf8 = (text: string) => Buffer.from(text, 'latin1').toString('utf8');

describe('members of JSON', () => {
  it('are added beside everything that is there, and the bytes come back', () => {
    fc.assert(
      fc.property(withRooms, layouts, (value, layout) => {
        const text = drawn(value, layout);
        const target = withOurs(text);
        const after = JSON.parse(utf8(target.text));
        const expected = structuredClone(value) as Record<string, Record<string, unknown>>;
        for (const [[first, second], added] of ours) {
          if (second === undefined) expected[first] ??= added as never;
          else expected[first] = { [second]: added, ...expected[first] };
        }
        expect(after).toEqual(expected);
        expect(withoutSpans(target.text, target.spans)).toBe(text);
        expect(jsonProblem(target.text, false)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('are taken out alone, whatever has been added since', () => {
    fc.assert(
      fc.property(withRooms, layouts, layouts, (value, layout, other) => {
        const text = drawn(value, layout);
        const moved = drawn({ ...JSON.parse(utf8(withOurs(text).text)), added: [1, { two: null }] }, other);
        const added = ours.filter(([path]) => memberAt(text, path) === undefined);
        const rest = added.reduce((left, [path]) => removeMember(left, path), moved);
        const expected = { ...value, added: [1, { two: null }] } as Record<string, unknown>;
        for (const name of ['env', 'provider']) {
          if (JSON.stringify(expected[name]) === '{}') delete expected[name];
        }
        expect(JSON.parse(utf8(rest))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a comment behind the last one', '{\n  "a": 1 // note\n}\n'],
    ['a trailing comma', '{\n  "a": [1, 2,],\n}\n'],
    ['a comma and a comment', '{\n\t"a": 1, /* one */\n\t// two\n}'],
    ['nothing but a comment', '{\n  // nothing yet\n}\n'],
    ['all on one line', '{ "a": 1, /* b */ }'],
    ['an object with a comment in it', '{\r\n  "env": { /* mine */ },\r\n  "provider": {}\r\n}'],
    ['a file with nothing in it', ''],
  ])('stand beside %s', (_, text) => {
    const target = withOurs(text);
    const errors: never[] = [];
    const read = parseLenient(target.text, errors, { allowTrailingComma: true });
    expect(errors).toEqual([]);
    for (const [path, value] of ours) expect(memberAt(target.text, path)?.value).toEqual(value);
    expect(read).toMatchObject((parseLenient(text, [], { allowTrailingComma: true }) ?? {}) as object);
    expect(withoutSpans(target.text, target.spans)).toBe(text);
    for (const comment of text.match(/\/\/.*|\/\*.*?\*\//g) ?? []) expect(target.text).toContain(comment);
    // What a comment is about stays before it.
    if (text.includes('1 // note')) expect(target.text).toContain('"a": 1, // note\n');
    const rest = ours.reduce((left, [path]) => removeMember(left, path), target.text);
    expect(parseLenient(rest, [], { allowTrailingComma: true }) ?? {}).not.toHaveProperty('apiKeyHelper');
    expect(jsonProblem(rest, true)).toBeUndefined();
  });

  it('are looked for in what JSON.parse takes, and in nothing else', () => {
    const bits = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"a"', '"\\u00e9"', '"\\x"', '01', '1.', '.5', '1e', '-', 'nul'],
      ...[' ', '\n', '\t', '\f', '\u00a0', '\ufeff', "'a'", '//x\n', '/*x*/', '"a\tb"', 'NaN', '"\u2028"'],
    );
    const texts = fc.oneof(
      fc.array(bits, { maxLength: 6 }).map((all) => `{"k":${all.join('')}}`),
      fc.tuple(fc.json(), fc.nat(), bits).map(([text, at, bit]) => {
        const whole = `{"a":${text}}`;
        return whole.slice(0, at % whole.length) + bit + whole.slice(at % whole.length);
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const problem = jsonProblem(Buffer.from(text).toString('latin1'), false);
        expect(problem === undefined).toBe(isObject(text));
      }),
      { numRuns: 2000 },
    );
    expect(jsonProblem('{"a":'.repeat(100_000), false)).toEqual({ line: 1, column: 1 });
  });

  it('are put among 5,000 lines, deep inside', () => {
    const deep = Array.from({ length: 400 }).reduce<unknown>((inner) => ({ inner, list: [1, 2, 3] }), {});
    const many = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`member ${index}`, index]));
    const text = drawn({ deep, ...many, env: { A: '1' } }, { indent: '\t', newline: '\r\n', end: '\n' });
    const target = withOurs(text);
    const changed = target.text.split('\r\n').filter((line) => !text.split('\r\n').includes(line));
    expect(changed.length).toBeLessThan(20);
    expect(withoutSpans(target.text, target.spans)).toBe(text);
  });
});
