import { fstatSync, statSync } from 'node:fs';

/** What is needed of the process; reading a stream makes Node build it, with all that sockets and terminals take. */
export type StandardStreams = Pick<
  NodeJS.Process,
  'stdin' | 'stdout' | 'stderr' | 'platform' | 'once' | 'off'
>;
export type StreamName = 'stdin' | 'stdout' | 'stderr';

const descriptors: Readonly<Record<StreamName, number>> = { stdin: 0, stdout: 1, stderr: 2 };

/** Whether a standard stream is a terminal: for a pipe, a file or /dev/null the answer comes without building the stream. */
export function isTerminal(streams: StandardStreams, name: StreamName): boolean {
  return mayBeTerminal(streams, name) && streams[name].isTTY === true;
}

/** The terminal's width; `undefined` where there is none. */
export function columnsOf(streams: StandardStreams, name: 'stdout' | 'stderr'): number | undefined {
  return isTerminal(streams, name) ? streams[name].columns : undefined;
}

function mayBeTerminal({ platform }: StandardStreams, name: StreamName): boolean {
  if (platform === 'win32') return true;
  try {
    const status = fstatSync(descriptors[name]);
    return status.isCharacterDevice() && status.rdev !== statSync('/dev/null').rdev;
  } catch {
    // Closed before we were started.
    return false;
  }
}
