import { expect, it } from 'vitest';
import { megallmBin } from '../support/megallm.ts';
import { nodePath, otherNodes } from '../support/other-nodes.ts';
import { runProgram } from '../support/program.ts';
import { describeWith, requirements } from '../support/requirements.ts';
import { startSecretService } from '../support/secret-service.ts';
import { freshHome } from '../support/signed-in-home.ts';

describeWith([otherNodes, requirements.secretService], 'Node 22 and 24', () => {
  it.each(['node22', 'node24'] as const)(
    '%s: from a key in the keychain to a shell, and back',
    async (version) => {
      const { home, sandbox, key } = await freshHome();
      home.write('.bashrc', 'A=1\n');
      const keyring = await startSecretService();
      const before = home.snapshot();
      const megallm = async (args: readonly string[], stdin = '') => {
        const env = { ...keyring.env, ...sandbox.environment, HOME: home.path, SHELL: '/bin/bash' };
        const outcome = await runProgram(nodePath(version), [megallmBin, ...args], { home, env, stdin });
        expect(outcome).toMatchObject({ exitCode: 0 });
        expect(outcome.stderr).not.toContain('Warning');
        return outcome.stdout;
      };
      await megallm(['login', '--with-key'], key);
      expect(keyring.accounts()).toEqual(['default']);
      await megallm(['env', 'write', '--to', 'dotenv', '--to', 'bash']);
      expect(await megallm(['key', 'print'])).toBe(`${key}\n`);
      const checks = await megallm(['doctor', '--json']);
      expect(checks).toContain(`Node ${version.slice(4)}.`);
      await megallm(['undo']);
      await megallm(['uninstall', '--yes']);
      expect(keyring.accounts()).toEqual([]);
      expect(home.snapshot()).toEqual(before);
    },
  );
});
