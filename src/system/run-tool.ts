/** A program that does one thing and ends, started without a shell. */
export interface ToolCall {
  /** Absolute. */
  readonly program: string;
  /** Other users can read them. */
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly deadlineMs: number;
}

export type ToolOutcome =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: Buffer }
  /** It could not be started. */
  | { readonly kind: 'missing' }
  /** Killed at its deadline. */
  | { readonly kind: 'timeout' };

export type RunTool = (call: ToolCall) => Promise<ToolOutcome>;

/** Never rejects. The tool gets an empty environment, to which Windows adds what no program can do without. */
export const runTool: RunTool = async ({ program, args, stdin = '', deadlineMs }) => {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    const finish = (outcome: ToolOutcome) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.stdout.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(finish, deadlineMs, { kind: 'timeout' });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => finish({ kind: 'missing' }));
    // A tool that ends by a signal has failed.
    child.on('close', (code) =>
      finish({ kind: 'ended', exitCode: code ?? 1, stdout: Buffer.concat(chunks) }),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
};
