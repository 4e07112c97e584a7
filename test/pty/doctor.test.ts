import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { faults } from '../sandbox/faults.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { openTerminal } from '../support/terminal.ts';

const script = fileURLToPath(new URL('../../bin/megallm.cjs', import.meta.url));

it('shows what is done while the service is slow, and asks before it mends', async () => {
  const { home, run, sandbox } = await signedInHome();
  const before = sandbox.requests.length;
  await run(['doctor']);
  const requests = sandbox.requests.length - before;
  chmodSync(join(home.path, '.megallm'), 0o755);
  // One more than doctor sends: the test's own lets them all through.
  sandbox.setFault(faults.gathered(requests + 1));
  const session = openTerminal(process.execPath, [script, 'doctor', '--fix'], {
    home,
    cols: 120,
    rows: 60,
    env: sandbox.environment,
  });
  const shown = () => session.lines().join('\n');
  await session.waitFor('Service …');
  expect(shown()).toMatch(/Permissions.*can be read/);
  expect(shown()).not.toContain('Bearer');
  await fetch(`${sandbox.environment.MEGALLM_BASE_URL}/v1/models`);
  await session.waitFor('Mend it?');
  expect(shown()).not.toContain('Service …');
  sandbox.setFault(undefined);
  session.type('y\r');
  expect(await session.exit()).toMatchObject({ exitCode: 0 });
  expect(shown()).toMatch(/Permissions +\d+ files and folders, all private/);
});
