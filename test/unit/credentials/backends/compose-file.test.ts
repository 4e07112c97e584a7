import { describe, expect, it } from 'vitest';
import * as yaml from 'yaml';
import { ComposeFile } from '../../../../src/credentials/backends/compose-file.ts';

const name = 'MEGALLM_API_KEY';
// biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own form
const value = '${MEGALLM_API_KEY}';
const open = (text: string) => new ComposeFile(yaml, Buffer.from(text), '/x/compose.yaml');

const files: Readonly<Record<string, string>> = {
  'no environment':
    'services:\n  web: # the web\n    image: a # pinned\n    # end of web\n\n  db:\n    image: b\n',
  'no environment, nested last':
    'services:\n    web:\n        ports:\n            - "1:1"\n            - "2:2"\nvolumes: {}\n',
  'a list':
    'services:\n  web:\n    environment:\n      # before\n      - A=1 # one\n      # after\n    image: a\n',
  'a list that is not indented': 'services:\n  web:\n    environment:\n    - A=1\n    - B\n    image: a\n',
  'a mapping': 'services:\n  web:\n    environment:\n      A: "1"\n      B:   2\n      C:\n    image: a\n',
  'a mapping with a block of text last':
    'services:\n  web:\n    environment:\n      A: |\n        one\n        two\n\n    image: a\n',
  'a list in brackets': 'services:\n  web:\n    environment: [ "A=1", B=2, ] # two\n',
  'a mapping in braces': 'services:\n  web:\n    environment: {A: 1}\n    image: a\n',
  'empty brackets': 'services:\n  web:\n    environment: []\n    image: a\n',
  CRLF: 'services:\r\n  web:\r\n    environment:\r\n      - A=1\r\n    image: a\r\n',
  'no newline at the end': 'services:\n  web:\n    image: a',
  'a list and no newline at the end': 'services:\n  web:\n    environment:\n      - A=1',
  'a byte-order mark and other scripts':
    '\ufeffservices:\n  web:\n    labels: {ключ: "ü"}\n    environment:\n      Ä: ö\n',
  'tags and an anchor of the service':
    'services:\n  web: &web\n    ports: !reset []\n    image: a\n  other:\n    image: b\n',
};

describe.each(Object.entries(files))('a Compose file with %s', (_, text) => {
  it('gets the variable and loses it again, byte for byte', () => {
    const edited = open(text).withVariable('web', name, value);
    const after = open(edited);
    const added = after.variables('web').find((variable) => variable.name === name);
    expect(added).toMatchObject({ name, value });
    expect(yaml.parse(edited, { merge: true, logLevel: 'error' }).services.web.environment).toSatisfy(
      (environment) => JSON.stringify(environment).includes(value),
    );
    expect(after.withoutVariable('web', added ?? expect.fail())).toBe(text);
    const kept = text.match(/#.*/g) ?? [];
    for (const comment of kept) expect(edited).toContain(comment);
  });
});

it('replaces a value where it stands', () => {
  const text = 'services:\n  web:\n    environment:\n      - MEGALLM_API_KEY=old # mine\n      - A=1\n';
  expect(open(text).withVariable('web', name, value)).toBe(text.replace('old', value));
});

it.each([
  ['an environment that an alias names', 'x: &e\n  A: 1\nservices:\n  web:\n    environment: *e\n'],
  [
    'an environment with an anchor',
    'services:\n  web:\n    environment: &e\n      A: 1\n  b:\n    environment: *e\n',
  ],
  ['an environment merged in', 'x: &x\n  environment: [A=1]\nservices:\n  web:\n    <<: *x\n    image: a\n'],
  ['a service that another takes after', 'services:\n  web: &web\n    image: a\n  b:\n    <<: *web\n'],
  ['a service in braces', 'services:\n  web: {image: a}\n'],
  ['a service that is no mapping', 'services:\n  web:\n'],
])('is not touched when it has %s', (_, text) => {
  expect(() => open(text).withVariable('web', name, value)).toThrow(
    expect.objectContaining({ code: 'refused', hints: [expect.stringContaining('--format compose')] }),
  );
});

it.each([
  ['services:\n  web: {image: sk-mega-secret', /compose\.yaml:2:\d+ cannot be parsed/],
  ['services: 1\n', /has no services/],
  ['a: 1\n---\nb: 2\n', /cannot be parsed/],
  ['', /has no services/],
])('is told of with its place alone when it cannot be read: %j', (text, message) => {
  const attempt = () => open(text).services;
  expect(attempt).toThrow(
    expect.objectContaining({ code: 'unparsable', message: expect.stringMatching(message) }),
  );
  expect(attempt).not.toThrow(/sk-mega/);
});

it('names the services there are', () => {
  const file = open(files['no environment'] ?? '');
  expect(file.services).toEqual(['web', 'db']);
  expect(() => file.withVariable('wbe', name, value)).toThrow(
    expect.objectContaining({ code: 'usage', hints: ['Services: web, db'] }),
  );
});
