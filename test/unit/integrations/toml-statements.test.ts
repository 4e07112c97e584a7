import { parse, stringify } from '@decimalturn/toml-patch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tomlStatements } from '../../../src/integrations/toml-statements.ts';

const hard = `# comment [no.table]
top = 1 # [x]
"quoted.name" . 'other' = "a ] # b"
multi = """
[not.a.table]
model_provider = "x" \\""" still
"""
literal = '''
key = 'it is'
'''
list = [ # one
  "]", '[', # ]
  { a = "}" },
]

[table] # here
a.b = 1
[ "t w o" . three ]
x = { y = [1, 2] }

[[list.of]]
z = 1979-05-27T07:32:00Z`;

describe('the statements of a TOML file', () => {
  it('are found among all that looks like some', () => {
    const seen = tomlStatements(hard).map(({ kind, path, line, isTop }) =>
      [line, kind, path.join('|'), ...(isTop && kind === 'pair' ? ['top'] : [])].join(' '),
    );
    expect(seen).toEqual([
      '2 pair top top',
      '3 pair quoted.name|other top',
      '4 pair multi top',
      '8 pair literal top',
      '11 pair list top',
      '16 header table',
      '17 pair table|a|b',
      '18 header t w o|three',
      '19 pair t w o|three|x',
      '21 header list|of',
      '22 pair list|of|z',
    ]);
    const all = tomlStatements(hard);
    expect(all.map(({ start, end }) => hard.slice(start, end)).join('')).toHaveLength(
      hard.replace(/^(# comment.*|)\n/gm, '').length,
    );
  });

  it('are those that the parser reads', () => {
    const values = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
    const tables = fc.dictionary(fc.string({ minLength: 1 }), values, { maxKeys: 5 });
    const files = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(values, tables), { maxKeys: 6 });
    fc.assert(
      fc.property(files, (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const text = stringify(value);
        const bytes = Buffer.from(text).toString('latin1');
        const statements = tomlStatements(bytes);
        const kept = statements.map(({ start, end }) => bytes.slice(start, end)).join('');
        expect(parse(Buffer.from(kept, 'latin1').toString())).toEqual(parse(text));
        for (const { kind, start, end } of statements) {
          if (kind === 'pair') parse(Buffer.from(bytes.slice(start, end), 'latin1').toString());
        }
      }),
      { numRuns: 200 },
    );
  });
});
