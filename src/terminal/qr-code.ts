import { encode } from 'uqr';
import type { Theme } from './theme.ts';

/** Light modules around the code: ISO/IEC 18004 asks for four, readers are content with two. */
const border = 2;

/** Two rows of modules in a row of characters: dark above and below, dark below, dark above, light. */
const blocks = { both: ' ', lower: '▀', upper: '▄', none: '█' } as const;

/** A QR code of `text` for a terminal of `rows` rows; `undefined` where it has no room or lacks the characters. */
export function drawQrCode(text: string, theme: Theme, rows: number): string | undefined {
  const { width = 0, unicode, colour } = theme;
  if (!unicode) return undefined;
  const { data, size } = encode(text, { ecc: 'L', border });
  if (size > width || Math.ceil(size / 2) > rows) return undefined;
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    const line = Array.from({ length: size }, (_, x) => block(data[y]?.[x], data[y + 1]?.[x])).join('');
    // Light is drawn, so that the code is right on a dark background; with colours it is right on every one.
    lines.push(colour ? colour.whiteBright.bgBlack(line) : line);
  }
  return `${lines.join('\n')}\n`;
}

function block(upper = false, lower = false): string {
  if (upper) return lower ? blocks.both : blocks.upper;
  return lower ? blocks.lower : blocks.none;
}
