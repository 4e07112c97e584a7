/**
 * A process of its own that makes one call to the operating system's keychain and ends. The binding can block for good
 * on a locked or frozen service, and then even `process.exit` hangs: only killing the whole process ends it.
 * The request comes on stdin and the answer goes to stdout, since other users can read a process's arguments.
 */
import { readFileSync, writeSync } from 'node:fs';
import type { Answer, Request } from './keychain-messages.ts';

const service = 'megallm';

function answer(request: Request): Answer {
  let binding: typeof import('@napi-rs/keyring');
  try {
    binding = require('@napi-rs/keyring');
  } catch (error) {
    return { kind: 'no-binding', message: String(error) };
  }
  try {
    // Unpinned, the binding falls back to the kernel's keyring, which a reboot empties.
    const entry = new binding.Entry(service, request.account, { linux: { store: 'secret-service' } });
    return perform(entry, request);
  } catch (error) {
    return { kind: 'error', message: String(error) };
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

writeSync(1, `${JSON.stringify(answer(JSON.parse(readFileSync(0, 'utf8'))))}\n`);
