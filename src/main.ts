import { join } from 'node:path';
import description from '../package.json' with { type: 'json' };
import type { Context } from './context.ts';
import { MegallmError } from './errors.ts';
import { outputFlags, parse } from './program.ts';
import type { Ending } from './system/child.ts';
import { Output, type Report } from './terminal/output.ts';
import { columnsOf, isTerminal } from './terminal/streams.ts';

/** Runs the command that the process was started with; the result is how the process has to end. */
async function main(): Promise<Ending> {
  const argv = process.argv.slice(2);
  let output = new Output(outputFlags(argv), process.env, process);
  try {
    const parsed = await parse(argv, description.version, () => columnsOf(process, 'stdout'));
    if (parsed.kind === 'help') {
      output.print(parsed.text);
      return exit(0);
    }
    const { createContext } = await import('./context.ts');
    const context = createContext(process, parsed.flags, {
      version: description.version,
      keychainChild: join(import.meta.dirname, 'keychain-child.cjs'),
    });
    output = context.output;
    const report = await parsed.run(context);
    await output.report(report);
    await tellOfUpdate(context, report);
    return report.ending ?? exit(report.exitCode ?? 0);
  } catch (error) {
    await output.fail(asMegallmError(error));
    if (outputFlags(argv).debug) output.trace(error instanceof Error ? (error.stack ?? '') : String(error));
    return exit(asMegallmError(error).exitCode);
  }
}

/** For a person at a terminal. Whatever goes wrong here is no failure of the command. */
async function tellOfUpdate(context: Context, report: Report): Promise<void> {
  if (!isTerminal(process, 'stderr')) return;
  try {
    const { noticeUpdate } = await import('./update/notice.ts');
    await noticeUpdate(context, report, join(import.meta.dirname, 'update-checker.cjs'));
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

async function end(ending: Ending): Promise<never> {
  if (ending.kind === 'exit') process.exit(ending.code);
  const { dieOf } = await import('./system/child.ts');
  process.exit(dieOf(ending.signal));
}

// All output is written by then; what is left, such as a name look-up that hangs, must not hold the process.
main()
  .then(end)
  .catch(() => process.exit(1));
