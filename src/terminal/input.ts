import { MegallmError } from '../errors.ts';

const deadlineMs = 60_000;
const limit = 64 * 1024;

/** All of a piped standard input, as text. Throws when it is too long for what is asked, or never ends. */
export async function readInput(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => stream.emit('error', neverEnds()), deadlineMs);
  try {
    for await (const chunk of stream) {
      chunks.push(Buffer.from(chunk));
      if (chunks.reduce((sum, { length }) => sum + length, 0) > limit) throw tooLong();
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    clearTimeout(timer);
  }
}

function tooLong(): MegallmError {
  return new MegallmError(
    'usage',
    'Standard input is too long to be a key.',
    'Pipe the key alone into the command.',
  );
}

function neverEnds(): MegallmError {
  return new MegallmError('failed', `Standard input did not end within ${deadlineMs / 1000} s.`, [
    'Pipe the key in, and close the pipe: pass show megallm | megallm login --with-key',
  ]);
}
