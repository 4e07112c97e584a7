import { onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/service.ts';
import { megallm } from './megallm.ts';
import type { Outcome } from './program.ts';
import { type Home, temporaryHome } from './temporary-home.ts';

interface Situation {
  readonly home: Home;
  readonly sandbox: Sandbox;
  readonly key: string;
  /** Runs megallm there; `env` comes on top of the sandbox's address. */
  run(
    args: readonly string[],
    options?: { stdin?: string; env?: Record<string, string>; cwd?: string; timeout?: number },
  ): Promise<Outcome>;
}

/** A fresh home, a local service, and a key of it. */
export async function freshHome(): Promise<Situation> {
  const home = temporaryHome();
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { key } = sandbox.issueKey();
  return {
    home,
    sandbox,
    key,
    run: (args, { env, ...options } = {}) =>
      megallm(args, { home, env: { ...sandbox.environment, ...env }, ...options }),
  };
}

/** The same, with the key stored in a file: tests of the keychain bring their own. */
export async function signedInHome(): Promise<Situation> {
  const situation = await freshHome();
  const login = await situation.run(['login', '--with-key', '--insecure-storage'], { stdin: situation.key });
  if (login.exitCode !== 0) throw new Error(`Signing in failed: ${login.stderr}`);
  return situation;
}
