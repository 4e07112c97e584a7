import { join } from 'node:path';
import { requirements } from '../support/requirements.ts';
import { type Bus, type SecretService, startBus, startSecretService } from '../support/secret-service.ts';
import type { Fault, Healthy, Seeded } from './fault.ts';

/** The key moves to a keychain, to which `harm` is done then. */
async function keptIn({ key, run }: Healthy, harm: (service: SecretService) => unknown): Promise<Seeded> {
  const service = await startSecretService();
  const seeded = { env: reaching(service) };
  const { exitCode, stderr } = await run(['login', '--with-key'], { stdin: key, ...seeded });
  if (exitCode !== 0) throw new Error(stderr);
  await harm(service);
  return seeded;
}

function reaching({ env }: Bus) {
  return { DBUS_SESSION_BUS_ADDRESS: env.DBUS_SESSION_BUS_ADDRESS ?? '' };
}

const common = { check: 'storage', status: 'fail', needs: [requirements.secretService] } as const;

/** The system's keychain: the key is there, and cannot be had. */
export const keyringFaults: readonly Fault[] = [
  {
    ...common,
    name: 'a keyring that is locked',
    says: 'The keychain is locked.',
    next: /^Unlock it/,
    seed: (healthy) => keptIn(healthy, (service) => service.lock()),
  },
  {
    ...common,
    name: 'a keyring that waits for a person',
    says: 'The keychain waits for a person to unlock it, and nobody did in time.',
    next: /unlock the keychain first/,
    seed: (healthy) =>
      keptIn(healthy, async (service) => {
        await service.promptForever();
        service.lock();
      }),
  },
  {
    ...common,
    name: 'a keyring that is frozen',
    says: 'The keychain service does not answer.',
    next: /^Restart it/,
    seed: (healthy) => keptIn(healthy, ({ daemon }) => daemon.kill('SIGSTOP')),
  },
  {
    ...common,
    name: 'a session without a keyring',
    says: 'There is no keychain here: nothing provides the Secret Service.',
    next: /^Install and start one/,
    async seed(healthy) {
      await keptIn(healthy, () => undefined);
      const config = join(healthy.home.path, 'bus.conf');
      healthy.home.write('bus.conf', busWithoutServices);
      return { env: reaching(await startBus(config)) };
    },
  },
  {
    ...common,
    name: 'no session at all, as over SSH',
    says: 'There is no keychain here: no D-Bus session is running.',
    next: /^Run the command in a desktop session/,
    async seed(healthy) {
      await keptIn(healthy, () => undefined);
    },
  },
];

const busWithoutServices =
  '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" ' +
  '"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd"><busconfig><type>session</type>' +
  '<listen>unix:tmpdir=/tmp</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/>' +
  '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>';
