/**
 * A process of its own that makes one call to the operating system's keychain and ends. The binding can block for good
 * on a locked or frozen service, and then even `process.exit` hangs: only killing the whole process ends it.
 * The request comes on stdin and the answer goes to stdout, since other users can read a process's arguments.
 */
import { readFileSync, writeSync } from 'node:fs';
import type { Answer, Request } from './keychain-messages.ts';

type Binding = typeof import('@napi-rs/keyring');

const service = 'megallm';

function answer(binding: Binding | NoBinding, request: Request): Answer {
  if ('kind' in binding) return binding;
  try {
    // Unpinned, the binding falls back to the kernel's keyring, which a reboot empties.
    const entry = new binding.Entry(service, request.account, { linux: { store: 'secret-service' } });
    return perform(entry, request);
  } catch (error) {
    return { kind: 'error', message: String(error) };
  }
}

type NoBinding = Extract<Answer, { kind: 'no-binding' | 'unloadable' }>;

function tryBinding(): Binding | NoBinding {
  try {
    return loadBinding();
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'ERR_DLOPEN_FAILED';
    return { kind: isThere ? 'unloadable' : 'no-binding', message: String(error) };
  }
}

/**
 * The package itself tries one file after the other and reads `ldd` until it knows which of its parts is the right one:
 * a tenth of what this process takes. So the most likely one is tried first.
 */
function loadBinding(): Binding {
  const kind = { linux: '-gnu', win32: '-msvc' }[process.platform as string] ?? '';
  try {
    return require(`@napi-rs/keyring-${process.platform}-${process.arch}${kind}`);
  } catch (unlikely) {
    try {
      return require('@napi-rs/keyring');
    } catch (error) {
      // The package itself does not say why none of its parts would do.
      const isThere = (unlikely as NodeJS.ErrnoException).code === 'ERR_DLOPEN_FAILED';
      throw isThere ? unlikely : error;
    }
  }
}

function perform(entry: import('@napi-rs/keyring').Entry, request: Request): Answer {
  switch (request.call) {
    case 'read':
      return { kind: 'value', value: entry.getPassword() };
    case 'write':
      entry.setPassword(request.value);
      return { kind: 'value', value: entry.getPassword() };
    case 'remove':
      entry.deleteCredential();
      return { kind: 'value', value: entry.getPassword() };
    case 'probe': {
      entry.setPassword(request.value);
      const value = entry.getPassword();
      entry.deleteCredential();
      return { kind: 'value', value };
    }
  }
}

// The process may have been started ahead of its request: what takes long is done when that comes.
const binding = tryBinding();
const request = readFileSync(0, 'utf8');
// Nothing: whoever started it went on without it.
if (request !== '') writeSync(1, `${JSON.stringify(answer(binding, JSON.parse(request)))}\n`);
