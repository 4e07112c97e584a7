import fc from 'fast-check';
import { laidOut, layouts } from './layouts.ts';

const environments = fc.constantFrom<readonly string[]>(
  [],
  ['environment:', '  A: one'],
  ['environment:', '  - A=one', '  - "B=quoted: yes" # note'],
  ['environment:', '- A=one'],
  ['environment: { A: one, "B": "t#o" }'],
  ['environment: [A=one, "B=t,wo"]'],
  ['environment: {}'],
  ['environment: []'],
  ['environment:'],
  ['environment: &shared', '  A: one', '  # the last'],
  ['environment: *common'],
  ['environment:', '  <<: *common', '  B: two'],
  ['environment:', '  A: |', '    several', '    lines', '  B: >-', '    folded', '    too'],
  ['environment:', '  - MEGALLM_API_KEY'],
  ['environment:', '  MEGALLM_API_KEY: old'],
  ['environment:', '  - "MEGALLM_API_KEY=old"', '  - A=1'],
  ['environment:', '  - MEGALLM_API_KEY=$\u007bMEGALLM_API_KEY:-none}'],
  ['env_file: .env'],
);

const others = fc.subarray([
  'image: app:1 # a note',
  'command: ["run", "--x={y}"]',
  'labels: { a: "b: c" }',
  '# nothing more',
  'ports:\n  - "80:80"',
]);

/** A Compose file whose services are `app` and, in some, another one that refers to the same things. */
export const composeFiles: fc.Arbitrary<string> = fc
  .record({
    environment: environments,
    others,
    first: fc.boolean(),
    second: fc.constantFrom<readonly string[]>(
      [],
      ['  other:', '    image: x', '    environment: *common'],
      ['  other:', '    image: y'],
    ),
    tail: fc.constantFrom<readonly string[]>([], ['volumes:', '  data: {}'], ['', '# the end']),
    broken: fc.constantFrom('', '', '', '', '', '\t- x', 'a: b: c', '"open'),
    layout: layouts,
  })
  .map(({ environment, others: rest, first, second, tail, broken, layout }) => {
    const indented = (lines: readonly string[]) =>
      lines.flatMap((line) => line.split('\n')).map((line) => `    ${line}`);
    const body = first ? [...environment, ...rest] : [...rest, ...environment];
    const image = body.some((line) => line.startsWith('image')) ? [] : ['image: app'];
    const lines = [
      'x-common: &common',
      '  A: shared',
      'services:',
      '  app:',
      ...indented([...image, ...body]),
      ...second,
      ...tail,
      broken,
    ];
    return laidOut(
      lines.filter((line, index) => line !== '' || index > 0),
      layout,
    );
  });
