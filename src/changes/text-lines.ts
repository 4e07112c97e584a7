/** Edits of text by offset. The text holds one character for each byte (latin1), so that no byte of it is changed. */

/** UTF-8's byte-order mark. */
export const bom = '\xef\xbb\xbf';

export function replaceSpan(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** A file without a final newline stays without one, so that taking the line out gives the same bytes back. */
export function appendLine(text: string, line: string): string {
  return text === '' || text.endsWith('\n') ? `${text}${line}\n` : `${text}\n${line}`;
}

/**
 * Takes whole lines out, and the newline before them when they end the text without one: `appendLine` undone. Of several,
 * from the last to the first; what followed may have taken along the newline that ended these.
 */
export function removeSpan(text: string, start: number, end: number): string {
  const endsUnended = end >= text.length && !text.endsWith('\n') && text[start - 1] === '\n';
  return replaceSpan(text, endsUnended ? start - 1 : start, end, '');
}
