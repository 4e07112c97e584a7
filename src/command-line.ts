import description from '../package.json' with { type: 'json' };
import type { Bundle, Context } from './context.ts';
import { MegallmError } from './errors.ts';
import { outputFlags, parse } from './program.ts';
import type { Ending } from './system/child.ts';
import { Output, type Report } from './terminal/output.ts';
import { columnsOf, isTerminal } from './terminal/streams.ts';

/** What stands beside this in the bundle. */
export interface Parts extends Omit<Bundle, 'version'> {
  /** The built checker.ts. */
  readonly updateChecker: string;
}

/** Runs the command that the process was started with; the result is how the process has to end. */
export async function runCommandLine(host: NodeJS.Process, parts: Parts): Promise<Ending> {
  const argv = host.argv.slice(2);
  let output = new Output(outputFlags(argv), host.env, host);
  try {
    const parsed = await parse(argv, description.version, () => columnsOf(host, 'stdout'));
    if (parsed.kind === 'help') {
      output.print(parsed.text);
      return exit(0);
    }
    const { createContext } = await import('./context.ts');
    const context = createContext(host, parsed.flags, { version: description.version, ...parts });
    output = context.output;
    const report = await parsed.run(context);
    await output.report(report);
    await tellOfUpdate(context, report, parts.updateChecker);
    return report.ending ?? exit(report.exitCode ?? 0);
  } catch (error) {
    await output.fail(asMegallmError(error));
    if (outputFlags(argv).debug) output.trace(error instanceof Error ? (error.stack ?? '') : String(error));
    return exit(asMegallmError(error).exitCode);
  }
}

/** For a person at a terminal. Whatever goes wrong here is no failure of the command. */
async function tellOfUpdate(context: Context, report: Report, checker: string): Promise<void> {
  if (!isTerminal(context.streams, 'stderr')) return;
  try {
    const { noticeUpdate } = await import('./update/notice.ts');
    await noticeUpdate(context, report, checker);
  } catch {
    // The next command will tell.
  }
}

function asMegallmError(error: unknown): MegallmError {
  if (error instanceof MegallmError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new MegallmError(
    'failed',
    `megallm has a bug: ${message}`,
    'Please report it with what --debug prints.',
  );
}

function exit(code: number): Ending {
  return { kind: 'exit', code };
}
