import { existsSync } from 'node:fs';
import type { Context } from '../context.ts';
import { readText } from '../system/files.ts';
import type { Variables } from '../system/machine.ts';
import type { Report } from '../terminal/output.ts';
import { isNewer, readUpdateRecord, writeUpdateRecord } from '../update-record.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Of the environment, what a request needs: no key. */
const forTheRequest =
  /^(https?_proxy|all_proxy|no_proxy|ssl_cert_file|node_extra_ca_certs|home|userprofile|systemroot|megallm_update_registry)$/i;

/**
 * After a command, for a person at a terminal: tells of a newer megallm, and has the registry asked in the background, each
 * at most once a day. Nothing is waited for, and whatever goes wrong is not the command's.
 */
export async function noticeUpdate(context: Context, report: Report, checker: string): Promise<void> {
  const { flags, machine, output, version } = context;
  const { env } = machine;
  if (flags.json || flags.quiet || flags.dryRun || env.CI || env.MEGALLM_NO_UPDATE_NOTICE) return;
  // Raw output is for another program, at a prompt's start perhaps.
  if (report.exitCode || report.ending || report.raw !== undefined) return;
  try {
    const record = readUpdateRecord(machine);
    const now = Date.now();
    const newer = record?.latest !== undefined && isNewer(record.latest, version);
    const shows = newer && isDue(record.shownAt, now);
    const asks = isDue(record?.checkedAt, now) && hasProfile(context);
    if ((!shows && !asks) || isAlwaysLatest(context.program[1])) return;
    // First of all, so that a folder that cannot be written to does not make it every command.
    writeUpdateRecord(machine, {
      ...record,
      ...(shows && { shownAt: now }),
      ...(asks && { checkedAt: now }),
    });
    if (shows)
      await output.whisper(`megallm ${record.latest} is out (this is ${version})  npx megallm@latest`);
    if (asks) await startChecker(checker, env, machine.home);
  } catch {
    // The next day is early enough.
  }
}

/** A clock that was set back does not silence it for long. */
function isDue(last: number | undefined, now: number): boolean {
  return last === undefined || now - last >= dayMs || last > now;
}

/** After `uninstall` there is none, and nothing may be written. */
function hasProfile({ profiles }: Context): boolean {
  return profiles.names().some((name) => existsSync(profiles.recordPath(name)));
}

/** Whether npx was asked for the latest one: it looks at each start. */
function isAlwaysLatest(script: string): boolean {
  const folder = /^.*[/\\]_npx[/\\][^/\\]+/.exec(script)?.[0];
  return folder !== undefined && (readText(`${folder}/package.json`) ?? '').includes('"megallm@latest"');
}

/** It goes on by itself when we end. */
async function startChecker(path: string, env: Variables, cwd: string): Promise<void> {
  const { spawn } = await import('node:child_process');
  const needed = Object.entries(env).filter(([name]) => forTheRequest.test(name));
  const child = spawn(process.execPath, [path], {
    cwd,
    env: Object.fromEntries(needed),
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  });
  child.on('error', () => undefined);
  child.unref();
}
