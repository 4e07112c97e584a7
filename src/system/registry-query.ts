/**
 * The text of the value `name` in what `reg query KEY /v NAME` printed; `undefined` when it could not be put back
 * exactly as it is: no text, text that refers to other variables, characters of some code page, several lines.
 *
 * Only the names of types are the same in every language and code page, so a line counts by its name and type alone:
 * `    NAME    REG_SZ    VALUE`, with four blanks in between or, before Windows Vista, one tab.
 */
export function readRegistryText(stdout: Buffer, name: string): string | undefined {
  // One character for each byte: which code page the text is in cannot be told.
  const lines = stdout.toString('latin1').split(/\r*\n/);
  const isWanted = (line: string) => parseLine(line)?.name.toLowerCase() === name.toLowerCase();
  const at = lines.findIndex(isWanted);
  const entry = parseLine(lines[at] ?? '');
  if (entry === undefined || !endsEntry(lines[at + 1])) return undefined;
  const { type, text } = entry;
  const isPlain = type === 'REG_SZ' || (type === 'REG_EXPAND_SZ' && !text.includes('%'));
  return isPlain && !/[^\t\x20-\x7e]/.test(text) ? text : undefined;
}

function parseLine(line: string): { name: string; type: string; text: string } | undefined {
  const match = /^[ \t]+(\S+)[ \t]+(REG_[A-Z_]+)(?: {1,4}|\t|$)(.*)$/.exec(line);
  return match ? { name: match[1] ?? '', type: match[2] ?? '', text: match[3] ?? '' } : undefined;
}

/** A value with line breaks in it goes on in lines that are neither blank nor entries. */
function endsEntry(next: string | undefined): boolean {
  return next === undefined || next.trim() === '' || parseLine(next) !== undefined;
}
