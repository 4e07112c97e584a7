import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type FaultName, faults } from './faults.ts';
import { startSandbox } from './service.ts';

const usage = `Usage: tsx test/sandbox/main.ts [--port N] [--fault NAME] [--slow MS]
Faults: ${Object.keys(faults).join(', ')}
`;

/** `npm run sandbox`: the sandbox by hand. stdout can be pasted into, or evaluated by, a POSIX shell. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      fault: { type: 'string' },
      slow: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const port = wholeNumber('--port', values.port);
  const slow = wholeNumber('--slow', values.slow);
  const fault = values.fault;
  if (fault !== undefined && !isFaultName(fault)) throw new Error(`There is no fault ${fault}.`);

  const sandbox = await startSandbox(port === undefined ? {} : { port });
  if (slow !== undefined) sandbox.addFault(faults.slow(slow));
  if (fault !== undefined) sandbox.addFault(fault);
  const { environment } = sandbox;
  process.stdout.write(`export MEGALLM_BASE_URL=${environment.MEGALLM_BASE_URL}
export MEGALLM_WEB_URL=${environment.MEGALLM_WEB_URL}
# A working key: ${sandbox.issueKey({ name: 'By hand' }).key}
# Make more:     ${sandbox.url}/dashboard/overview
# Fault now:     ${fault ?? 'none'}${slow === undefined ? '' : `, and ${slow} ms late`}
# Faults:        ${Object.keys(faults).join(' ')}
# Ctrl-C stops it.
`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await sandbox.close();
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faults, name);
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${flag} takes a whole number.`);
  return Number(text);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
