import { join } from 'node:path';
import description from '../package.json' with { type: 'json' };
import { MegallmError } from './errors.ts';
import { outputFlags, parse } from './program.ts';
import { Output } from './terminal/output.ts';

/** Runs the command that the process was started with; the result is the exit code. */
async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  let output = new Output(outputFlags(argv), process.env, process);
  try {
    const parsed = await parse(argv, description.version);
    if (parsed.kind === 'help') {
      output.print(parsed.text);
      return 0;
    }
    const { createContext } = await import('./context.ts');
    const context = createContext(process, parsed.flags, {
      version: description.version,
      keychainChild: join(import.meta.dirname, 'keychain-child.cjs'),
    });
    output = context.output;
    const report = await parsed.run(context);
    await output.report(report);
    return report.exitCode ?? 0;
  } catch (error) {
    await output.fail(asMegallmError(error));
    if (outputFlags(argv).debug) output.trace(error instanceof Error ? (error.stack ?? '') : String(error));
    return asMegallmError(error).exitCode;
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

// All output is written by then; what is left, such as a name look-up that hangs, must not hold the process.
main().then(
  (code) => process.exit(code),
  () => process.exit(1),
);
