import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { uniqueName } from './unique.ts';

/**
 * Who holds something, told so that another process can find out whether that holder still lives:
 * the process number alone would not do, since numbers are used again.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in the system's own unit; `0` where the system does not say. */
  readonly started: number;
  /** Where its number means anything: this machine, and on Linux this container. */
  readonly place: string;
  /** Unique to this one identity. */
  readonly nonce: string;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  const started = Number(await startOf(process.pid)) || 0;
  return { pid: process.pid, started, place: place(), nonce: uniqueName() };
}

/** The identity as one word of letters, digits, dots and dashes, fit for a file's name. */
export function formatIdentity(identity: ProcessIdentity): string {
  return [identity.pid, identity.started, identity.place, identity.nonce].join('.');
}

export function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^(\d+)\.(\d+)\.([\w-]+)\.([\w-]+)$/.exec(text);
  if (!match) return undefined;
  return { pid: Number(match[1]), started: Number(match[2]), place: match[3] ?? '', nonce: match[4] ?? '' };
}

/** Whether that process still lives; `undefined` when it cannot be told from here. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean | undefined> {
  if (identity.place !== place()) return undefined;
  if (!hasProcess(identity.pid)) return false;
  const started = await startOf(identity.pid);
  if (started === 'ended') return false;
  return started === undefined || identity.started === 0 || started === identity.started;
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function startOf(pid: number): Promise<number | 'ended' | undefined> {
  if (process.platform === 'linux') return startOnLinux(pid);
  if (process.platform === 'win32') return undefined;
  const { startOnUnix } = await import('./process-start.ts');
  return startOnUnix(pid);
}

/**
 * Field 22 of /proc/PID/stat, in clock ticks since boot (proc(5)); the name in field 2 may hold anything, even `)`.
 * `ended`: a zombie, whose parent has not asked how it ended.
 */
function startOnLinux(pid: number): number | 'ended' | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : Number(fields[19]);
  } catch {
    return undefined;
  }
}

/** The machine since its last start, and on Linux the container in it. */
function place(): string {
  return `${hostname()} ${bootAndNamespace()}`.replace(/[^\w]+/g, '-');
}

function bootAndNamespace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
