import { homedir } from 'node:os';
import { join } from 'node:path';
import { MegallmError } from '../errors.ts';

/** The facts about where this process runs: read once in main, handed down, the same for a whole command. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Variables;
  /** The working folder, absolute. Throws a MegallmError where it is gone. */
  readonly cwd: string;
  /** The user's home, absolute. Throws a MegallmError where there is none. */
  readonly home: string;
  /** megallm's own folder, `~/.megallm`. */
  readonly folder: string;
}

/** A process environment, as it was when this process started. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What costs something, or can fail, is found out when it is asked for. */
export function describeMachine(host: Pick<NodeJS.Process, 'env' | 'platform' | 'cwd'>): Machine {
  const { env, platform } = host;
  return {
    platform,
    env,
    get cwd() {
      return workingFolderOf(host);
    },
    get home() {
      return homeOf(env, platform);
    },
    get folder() {
      return join(homeOf(env, platform), '.megallm');
    },
  };
}

/** The same machine with some variables set otherwise. */
export function withVariables(machine: Machine, variables: Variables): Machine {
  // Inherited, since asking for some of the facts may fail.
  return Object.create(machine, { env: { value: { ...machine.env, ...variables } } });
}

function workingFolderOf(host: Pick<NodeJS.Process, 'cwd'>): string {
  try {
    return host.cwd();
  } catch (error) {
    throw new MegallmError('failed', 'The working folder is gone.', 'Change to a folder that exists.', {
      cause: error,
    });
  }
}

function homeOf(env: Variables, platform: NodeJS.Platform): string {
  const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || passwdHome();
  if (home === undefined || !/^([/\\]|[A-Za-z]:)/.test(home)) {
    throw new MegallmError(
      'failed',
      'There is no home folder to keep anything in.',
      `Set ${platform === 'win32' ? 'USERPROFILE' : 'HOME'} to an absolute path.`,
    );
  }
  return home;
}

function passwdHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
