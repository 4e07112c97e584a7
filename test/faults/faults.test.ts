import { expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { signedInHome } from '../support/signed-in-home.ts';
import { dotenvFaults } from './dotenv.ts';
import type { Fault, Healthy, Seeded } from './fault.ts';
import { keyringFaults } from './keyring.ts';
import { keyFaults } from './keys.ts';
import { machineFaults } from './machine.ts';
import { placeFaults } from './places.ts';
import { scanFaults } from './scan.ts';
import { serviceFaults } from './service.ts';
import { shellFaults } from './shells.ts';
import { storageFaults } from './storage.ts';
import { toolFaults } from './tools.ts';

const areas: Readonly<Record<string, readonly Fault[]>> = {
  machine: machineFaults,
  storage: storageFaults,
  keys: keyFaults,
  places: placeFaults,
  keyring: keyringFaults,
  service: serviceFaults,
  tools: toolFaults,
  dotenv: dotenvFaults,
  shells: shellFaults,
  scan: scanFaults,
};

interface Finding {
  readonly id: string;
  readonly status: 'pass' | 'warn' | 'fail' | 'skip';
  readonly detail: string;
  readonly next?: readonly string[];
  readonly fixable: boolean;
}

/** The key of every healthy home is in a file, which is worth a warning. */
const always = ['storage'];

async function diagnose(
  { run }: Healthy,
  { env, cwd }: Seeded,
  flags: readonly string[],
): Promise<Finding[]> {
  const { stdout, stderr } = await run(['doctor', '--json', ...flags], {
    ...(env && { env }),
    ...(cwd && { cwd }),
  });
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { checks: Finding[] }).checks;
}

const isAilment = ({ id, status }: Finding) =>
  status === 'fail' || (status === 'warn' && !always.includes(id));

for (const [area, faults] of Object.entries(areas)) {
  for (const { name, check, status, says, next, seed, fixes, needs = [], flags = [] } of faults) {
    describeWith(needs, area, () => {
      it(`${name}: named by its own check${fixes ? ', and mended' : ''}`, async () => {
        const healthy = await signedInHome();
        const seeded = (await seed(healthy)) ?? {};
        const inHome = (text: string | RegExp) =>
          typeof text === 'string' ? text.replaceAll('~', healthy.home.path) : text;
        const found = await diagnose(healthy, seeded, flags);
        const id = inHome(check);
        const own = found.find((record) => record.id === id);
        expect(own, `${id} among ${found.map((record) => record.id).join(', ')}`).toMatchObject({ status });
        expect(own?.detail).toMatch(inHome(says));
        expect(
          own?.next?.some((step) => (typeof next === 'string' ? step === inHome(next) : next.test(step))),
          `${next} among ${own?.next?.join(' | ')}`,
        ).toBe(true);
        expect(found.filter((record) => isAilment(record) && record.id !== id)).toEqual([]);
        expect(own?.fixable).toBe(fixes === true);
        if (fixes) {
          const { env, cwd } = seeded;
          const fixed = await healthy.run(['doctor', '--fix', '--yes', ...flags], {
            ...(env && { env }),
            ...(cwd && { cwd }),
          });
          expect(fixed, fixed.stdout + fixed.stderr).toMatchObject({ exitCode: 0 });
        }
        await seeded.mend?.();
        if (!fixes && !seeded.mend) return;
        expect((await diagnose(healthy, seeded, flags)).filter(isAilment)).toEqual([]);
      });
    });
  }
}
