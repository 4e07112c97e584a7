import { describe, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/api/call.ts';
import { Secret } from '../../../src/secret.ts';
import { collectDebugAuth, mergeDebugAuth } from '../../../src/verifier/debug-auth.ts';

const key = new Secret(`sk-mega-${'a'.repeat(64)}`);

function collected(headers: Record<string, string>, json?: unknown) {
  const rest = { status: 200, isPage: false, host: 'h', latencyMs: 1, receivedAt: 0 };
  return collectDebugAuth({ kind: 'answer', headers, json, ...rest } satisfies ApiAnswer, key);
}

describe('what X-Debug-Auth brought', () => {
  it('is in headers', () => {
    const headers = {
      'x-debug-auth': 'ok',
      'x-auth-method': 'bearer',
      'x-debug': 'no',
      'x-request-id': 'no',
    };
    expect(collected({ 'x-debug-key-id': '7', ...headers })).toEqual([
      { name: 'x-debug-key-id', value: '7' },
      { name: 'x-debug-auth', value: 'ok' },
      { name: 'x-auth-method', value: 'bearer' },
    ]);
  });

  it('is in members of the body and of its error', () => {
    const json = {
      debug: 'text',
      auth_debug: { scopes: ['a', 'b'], nested: { valid: true, deeper: { still: { more: 1 } } } },
      debug_auth: null,
      error: { message: 'no', debug: { reason: 'expired' } },
      other: 'no',
    };
    expect(collected({}, json)).toEqual([
      { name: 'debug', value: 'text' },
      { name: 'auth_debug.scopes', value: '["a","b"]' },
      { name: 'auth_debug.nested.valid', value: 'true' },
      { name: 'auth_debug.nested.deeper.still', value: '{"more":1}' },
      { name: 'debug_auth', value: 'null' },
      { name: 'debug.reason', value: 'expired' },
    ]);
  });

  it('never shows the key, nor what would move the cursor', () => {
    const facts = collected(
      { [`x-auth-${key.reveal()}`]: `Bearer ${key.reveal()}`, 'x-debug-tail': key.reveal().slice(8) },
      { debug: { [key.reveal()]: [{ deep: key.reveal() }], colour: '\u001B[31m\nred' } },
    );
    expect(JSON.stringify(facts)).not.toContain('aaaaaaaa');
    expect(facts).toContainEqual({ name: 'debug.colour', value: 'red' });
    expect(facts).toContainEqual({ name: 'x-debug-tail', value: `${key}` });
  });

  it('has bounds', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`n${index}`, 'x'.repeat(9999)]),
    );
    const facts = collected({}, { debug: many });
    expect(facts).toHaveLength(40);
    for (const { value } of facts) expect(value).toHaveLength(300);
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    expect(collected({}, { debug: deep })).toEqual([{ name: 'debug', value: '…' }]);
  });

  it('of several answers is told once by name', () => {
    const first = [{ name: 'a', value: '1' }];
    const second = [
      { name: 'a', value: '2' },
      { name: 'b', value: '3' },
    ];
    expect(mergeDebugAuth(first, second)).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '3' },
    ]);
  });
});
