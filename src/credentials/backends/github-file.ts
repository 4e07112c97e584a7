import { randomBytes } from 'node:crypto';

/** One entry of a file by which a step of GitHub Actions sets variables; offsets are in characters. */
export interface GithubEntry {
  readonly name: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
  /** The whole of its lines, with the line ending of the last. */
  readonly start: number;
  readonly end: number;
}

/**
 * The entries of a `$GITHUB_ENV` file, as the runner reads them: `NAME=value`, or `NAME<<DELIMITER`, the lines of the
 * value, and the delimiter alone on a line, whichever sign comes first. What it would refuse is passed over.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
export function readGithubFile(text: string): GithubEntry[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const bare = lines.map((line) => line.replace(/\r?\n$/, ''));
  const found: GithubEntry[] = [];
  let start = 0;
  for (let at = 0; at < lines.length; ) {
    const head = /^([^=]*?)(<<|=)(.*)$/.exec(bare[at] ?? '');
    const closing = head?.[2] === '<<' ? bare.indexOf(head[3] ?? '', at + 1) : at;
    const last = closing < 0 ? at : closing;
    const end = start + lines.slice(at, last + 1).join('').length;
    if (head?.[1] && closing >= 0) {
      const value = head[2] === '=' ? (head[3] ?? '') : bare.slice(at + 1, closing).join('\n');
      found.push({ name: head[1], value, line: at + 1, start, end });
    }
    start = end;
    at = last + 1;
  }
  return found;
}

/** Nobody can know it: a value with that line in it could end itself and set more. */
export function newDelimiter(): string {
  return `megallm_${randomBytes(16).toString('hex')}`;
}

export function githubEntry(name: string, value: string, delimiter: string): string {
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

/** The line by which the runner learns to mask a value in all that it logs from then on. */
export function maskLine(value: string): string {
  const escaped = value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::add-mask::${escaped}\n`;
}
