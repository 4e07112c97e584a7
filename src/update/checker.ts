/** A process of its own that asks the npm registry for the newest megallm, notes it, and ends. It has no key and says nothing. */
import { createHttpClient } from '../system/http.ts';
import { isLoopback } from '../system/http-hosts.ts';
import { describeMachine, type Variables } from '../system/machine.ts';
import { isRelease, readUpdateRecord, writeUpdateRecord } from '../update-record.ts';

const deadlineMs = 10_000;

async function check(env: Variables): Promise<void> {
  const url = addressIn(env.MEGALLM_UPDATE_REGISTRY || 'https://registry.npmjs.org');
  if (url === undefined) return;
  const http = createHttpClient({ env, userAgent: 'megallm', maxBodyBytes: 256 * 1024 });
  const answer = await http.send({ method: 'GET', url, deadlineMs });
  if (answer.kind !== 'response' || answer.status !== 200) return;
  const { version } = JSON.parse(answer.body.toString('utf8'));
  const machine = describeMachine(process);
  const record = readUpdateRecord(machine);
  // It was there when we were started; by now somebody may have uninstalled megallm.
  if (record !== undefined && isRelease(version)) writeUpdateRecord(machine, { ...record, latest: version });
}

function addressIn(registry: string): string | undefined {
  const { protocol, hostname, origin, pathname } = new URL(registry);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) return undefined;
  return `${origin}${pathname.replace(/\/+$/, '')}/megallm/latest`;
}

// A name look-up that hangs does not hold the process.
check(process.env).then(
  () => process.exit(0),
  () => process.exit(1),
);
