/**
 * The stable exit codes. `run` and `launch` end as their child did instead.
 */
export const exitCodes = {
  failed: 1,
  unparsable: 1,
  usage: 2,
  'not-signed-in': 3,
  unauthorized: 4,
  forbidden: 4,
  unreachable: 5,
  'rate-limited': 6,
  refused: 7,
  'not-executable': 126,
  'not-found': 127,
  cancelled: 130,
} as const;

/** What went wrong, as a word that scripts may rely on: the `code` of `--json` errors. */
export type ErrorCode = keyof typeof exitCodes;

/**
 * A failure that megallm foresaw: it says what happened and what to do next.
 * Anything else that is thrown is a bug of ours and is reported as one.
 */
export class MegallmError extends Error {
  override readonly name = 'MegallmError';
  readonly code: ErrorCode;
  /** Next steps, one per line; a command to paste stands alone on its line. */
  readonly hints: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    hints: string | readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.hints = typeof hints === 'string' ? [hints] : hints;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** The operating system's code of an error (`ENOENT`, `ECONNRESET`, …), where it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
