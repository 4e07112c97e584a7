import type { StandardStreams } from './streams.ts';

const ctrlC = '\x03';

/**
 * Tells of each key pressed at the terminal, until the result is called. Ctrl-C, which the terminal no longer turns
 * into a signal meanwhile, goes to `interrupt`.
 */
export function watchKeys(
  { stdin }: Pick<StandardStreams, 'stdin'>,
  pressed: (key: string) => void,
  interrupt: () => void,
): () => void {
  const read = (bytes: Buffer) => {
    for (const key of bytes.toString('latin1')) {
      if (key === ctrlC) interrupt();
      else pressed(key);
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', read);
  stdin.on('error', interrupt);
  stdin.resume();
  return () => {
    stdin.off('data', read);
    stdin.pause();
    try {
      stdin.setRawMode(false);
    } catch {
      // The terminal has been closed.
    }
  };
}
