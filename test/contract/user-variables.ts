import { expect, it } from 'vitest';
import type { UserVariables } from '../../src/system/user-variables.ts';

/** What every user environment does. `open`: one without a MEGALLM_API_KEY, for one test. */
export function userVariablesContract(open: () => UserVariables): void {
  const name = 'MEGALLM_API_KEY';
  const key = `sk-mega-${'a'.repeat(64)}`;

  it('gives back what was written last', async () => {
    const variables = open();
    expect(await variables.read(name)).toBeUndefined();
    await variables.write(name, 'another');
    await variables.write(name, key);
    await variables.write('OPENAI_BASE_URL', 'https://ai.megallm.io/v1');
    expect(await variables.read(name)).toBe(key);
    expect(await variables.read('OPENAI_BASE_URL')).toBe('https://ai.megallm.io/v1');
  });

  it('takes whatever a key may be', async () => {
    const variables = open();
    for (const value of ['sk-mega-$(calc);`"\'', 'sk-mega-%PATH%&|<>^!\\', '/?', '-x', ` ${key}  `]) {
      await variables.write(name, value);
      expect(await variables.read(name)).toBe(value);
    }
  });

  it('removes a variable, and minds none that is not there', async () => {
    const variables = open();
    await variables.write(name, key);
    await variables.remove(name);
    await variables.remove(name);
    expect(await variables.read(name)).toBeUndefined();
  });
}
