import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '../sandbox/service.ts';
import { runProgram } from '../support/program.ts';
import { requirements, whyMissing } from '../support/requirements.ts';
import { startSecretService } from '../support/secret-service.ts';
import { createHome, type Home } from '../support/temporary-home.ts';
import { installPublished } from './published.ts';
import type { Subject } from './sample.ts';

const bin = fileURLToPath(new URL('../../bin/megallm.cjs', import.meta.url));

/** Homes in which somebody is signed in, and the programs that are compared there. */
export interface Situation {
  readonly sandbox: Sandbox;
  /** A fresh home, with the key in a plain-text file. */
  signedIn(): Promise<Home>;
  freshHome(): Home;
  readonly inFile: Home;
  /** With the key in a keychain of its own; `missing`: why there is none here. */
  readonly keychain: { readonly home: Home; readonly env: Readonly<Record<string, string>> } | undefined;
  readonly missing: Readonly<Record<string, string>>;
  /** `node -e 0`. */
  readonly node: Subject;
  megallm(home: Home, ...args: string[]): Subject;
  /** The public 3.1.0, signed in with the same key. */
  published(...args: string[]): Subject;
  readonly hasGh: boolean;
  gh(...args: string[]): Subject;
  close(): Promise<void>;
}

export async function openSituation(say: (line: string) => void): Promise<Situation> {
  const endings: (() => Promise<void> | void)[] = [];
  const later = (end: () => Promise<void> | void) => void endings.unshift(end);
  const close = async () => {
    for (const end of endings.splice(0)) await end();
  };
  try {
    return { ...(await open(later, say)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  later: (end: () => Promise<void> | void) => void,
  say: (line: string) => void,
): Promise<Omit<Situation, 'close'>> {
  say('megallm 3.1.0 from npm …');
  const published = await installPublished();
  const sandbox = await startSandbox();
  later(() => sandbox.close());
  const freshHome = () => {
    const home = createHome();
    later(() => home.remove());
    return home;
  };
  const { key } = sandbox.issueKey();
  const env = sandbox.environment;
  const megallm = (home: Home, ...args: string[]): Subject => ({
    file: process.execPath,
    args: [bin, ...args],
    home,
    env,
  });
  const login = async (subject: Subject) => {
    const { exitCode, stderr } = await runProgram(subject.file, subject.args, { ...subject, stdin: key });
    if (exitCode !== 0) throw new Error(`Signing in failed: ${stderr}`);
  };
  const signedIn = async () => {
    const home = freshHome();
    await login(megallm(home, 'login', '--with-key', '--insecure-storage'));
    return home;
  };
  const inFile = await signedIn();
  const noService = whyMissing([requirements.secretService]);
  let keychain: Situation['keychain'];
  if (noService === undefined) {
    const service = await startSecretService(later);
    const home = freshHome();
    const session = { ...env, ...service.env, HOME: home.path };
    await login({ ...megallm(home, 'login', '--with-key'), env: session });
    keychain = { home, env: session };
  }
  const oldHome = freshHome();
  const auth = { version: 1, apiKey: key, user: { email: sandbox.user.email }, orgId: 'org_acme' };
  oldHome.write('.megallm/profiles/default/auth.json', JSON.stringify(auth), 0o600);
  const hasGh = spawnSync('gh', ['--version'], { stdio: 'ignore' }).status === 0;
  const ghHome = freshHome();
  return {
    sandbox,
    signedIn,
    freshHome,
    inFile,
    keychain,
    missing: {
      ...(noService !== undefined && { keychain: noService }),
      ...(!hasGh && { gh: 'it is not installed' }),
    },
    node: { file: process.execPath, args: ['-e', '0'], home: freshHome() },
    megallm,
    published: (...args) => ({ file: process.execPath, args: [published, ...args], home: oldHome, env }),
    hasGh,
    gh: (...args) => ({ file: 'gh', args, home: ghHome, env: { GH_TOKEN: 'ghp_none' } }),
  };
}

/** Removes a file before each run. */
export function without(subject: Subject, file: string): Subject {
  const path = join(subject.home.path, file);
  return { ...subject, reset: () => rmSync(path, { force: true }) };
}
