import fc from 'fast-check';

/** What editors do to a file beside its lines. */
export interface Layout {
  readonly bom: boolean;
  readonly newline: '\n' | '\r\n';
  readonly end: 'newline' | 'none' | 'blank lines';
}

export const layouts: fc.Arbitrary<Layout> = fc.record({
  bom: fc.constantFrom(false, false, false, true),
  newline: fc.constantFrom('\n', '\n', '\r\n'),
  end: fc.constantFrom('newline', 'newline', 'none', 'blank lines'),
});

export function laidOut(lines: readonly string[], { bom, newline, end }: Layout): string {
  const ending = { newline: '\n', none: '', 'blank lines': '\n\n\n' }[end];
  const text = lines.length === 0 ? '' : lines.join('\n') + ending;
  return (bom ? '\xef\xbb\xbf' : '') + text.replaceAll('\n', newline);
}
