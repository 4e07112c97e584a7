import { readdirSync, readFileSync, statSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  /** The program's name, without its arguments. */
  readonly name: string;
}

const deadlineMs = 5000;

/**
 * This user's processes, but for this one, that have a MegaLLM key in their environment which `isMeant`. `undefined`
 * where the system does not tell. A process whose environment cannot be read (it has ended, say) is passed over.
 */
export async function processesWithKey(
  platform: NodeJS.Platform,
  isMeant: (key: string) => boolean,
): Promise<readonly RunningProcess[] | undefined> {
  const holds = (text: string) => (text.match(/sk-mega-[!-~]{12,}/g) ?? []).some(isMeant);
  if (platform === 'linux') return onLinux(holds);
  return platform === 'darwin' ? onMac(holds) : undefined;
}

/** /proc/PID/environ, proc(5): the environment that the program was started with. Root can read everybody's. */
function onLinux(holds: (text: string) => boolean): RunningProcess[] {
  return pids().flatMap((pid) => {
    try {
      if (pid === process.pid || statSync(`/proc/${pid}`).uid !== process.getuid?.()) return [];
      const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (!variables.some(holds)) return [];
      return { pid, name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
    } catch {
      return [];
    }
  });
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** `-E` puts the environment after the arguments; the key goes no further than this process. */
async function onMac(holds: (text: string) => boolean): Promise<RunningProcess[] | undefined> {
  const [environments, names] = await Promise.all([
    ps(['-Eww', '-o', 'pid=,command=']),
    ps(['-o', 'pid=,ucomm=']),
  ]);
  if (environments === undefined || names === undefined) return undefined;
  return matchListed(environments, names, holds);
}

/** Two lists of `ps`, one process a line, both beginning with its number. */
export function matchListed(
  environments: string,
  names: string,
  holds: (text: string) => boolean,
): RunningProcess[] {
  const nameOf = new Map(linesOf(names));
  return linesOf(environments).flatMap(([pid, text]) => {
    // An argument is no variable.
    const held = text.split(' ').some((word) => /^\w+=/.test(word) && holds(word));
    return held && pid !== process.pid ? [{ pid, name: nameOf.get(pid) ?? '?' }] : [];
  });
}

function linesOf(listed: string): [pid: number, rest: string][] {
  return [...listed.matchAll(/^ *(\d+) +(.*)$/gm)].map(([, pid, rest = '']) => [Number(pid), rest.trim()]);
}

async function ps(columns: readonly string[]): Promise<string | undefined> {
  const { execFile } = await import('node:child_process');
  const args = ['-U', String(process.getuid?.()), ...columns];
  const options = { timeout: deadlineMs, maxBuffer: 2 ** 26, env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' } };
  return new Promise((resolve) => {
    execFile('ps', args, options, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
