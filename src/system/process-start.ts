import { spawnSync } from 'node:child_process';

/** When a process started, in seconds since 1970, as `ps` tells it (macOS and other Unixes without /proc). */
export function startOnUnix(pid: number): number | undefined {
  const listed = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    timeout: 2000,
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' },
  });
  const time = Date.parse(listed.stdout ?? '');
  return Number.isNaN(time) ? undefined : time / 1000;
}
