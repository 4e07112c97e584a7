import { MegallmError, systemCode } from '../errors.ts';

const limit = 64 * 1024;

/** All of a piped standard input, as text. Throws when it is too long for what is asked, or never ends. */
export async function readInput(stream: NodeJS.ReadableStream, deadlineMs = 60_000): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => stream.emit('error', neverEnds(deadlineMs)), deadlineMs);
  try {
    for await (const chunk of stream) {
      chunks.push(Buffer.from(chunk));
      length += chunk.length;
      if (length > limit) throw tooLong();
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (error instanceof MegallmError) throw error;
    throw new MegallmError('failed', `Standard input cannot be read (${systemCode(error)}).`, howTo, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

const howTo = ['Pipe the key alone into the command: pass show megallm | megallm login --with-key'];

function tooLong(): MegallmError {
  return new MegallmError('usage', 'Standard input is too long to be a key.', howTo);
}

function neverEnds(deadlineMs: number): MegallmError {
  return new MegallmError('failed', `Standard input did not end within ${deadlineMs / 1000} s.`, howTo);
}
