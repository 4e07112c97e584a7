import { describe, expect, it } from 'vitest';
import { defaultAddress, parseServiceAddress } from '../../../src/api/address.ts';

describe('a service address', () => {
  it.each([
    ['https://ai.megallm.io', 'https://ai.megallm.io'],
    ['https://ai.megallm.io/', 'https://ai.megallm.io'],
    ['https://ai.megallm.io/v1', 'https://ai.megallm.io'],
    ['https://ai.megallm.io/v1/', 'https://ai.megallm.io'],
    ['https://ai.megallm.io/v1/v1//', 'https://ai.megallm.io'],
    ['https://AI.MegaLLM.io:443/v1', 'https://ai.megallm.io'],
    ['https://ai.megallm.io:8443/v1', 'https://ai.megallm.io:8443'],
    ['https://corp.example/llm/v1', 'https://corp.example/llm'],
    ['https://corp.example/v1beta', 'https://corp.example/v1beta'],
    ['  https://ai.megallm.io\n', 'https://ai.megallm.io'],
    ['http://localhost:3000/v1', 'http://localhost:3000'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://127.9.8.7', 'http://127.9.8.7'],
    ['http://127.1', 'http://127.0.0.1'],
    ['http://[::1]:3000/', 'http://[::1]:3000'],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]'],
  ])('%j of the gateway is %s', (text, expected) => {
    expect(parseServiceAddress(text, 'gateway')).toBe(expected);
  });

  it('of the web app keeps its path', () => {
    expect(parseServiceAddress('https://corp.example/v1/', 'web')).toBe('https://corp.example/v1');
    expect(parseServiceAddress(defaultAddress.web, 'web')).toBe(defaultAddress.web);
  });

  it.each([
    ['', 'is not a URL'],
    ['ai.megallm.io', 'is not a URL'],
    ['sk-mega-0123456789abcdef', 'is not a URL'],
    ['ftp://ai.megallm.io', 'is not an https: URL'],
    ['file:///etc/passwd', 'is not an https: URL'],
    ['javascript:alert(1)', 'is not an https: URL'],
    ['https://me:sk-mega-0123456789abcdef@ai.megallm.io', 'holds a user name or a password'],
    ['https://sk-mega-0123456789abcdef@ai.megallm.io', 'holds a user name or a password'],
    ['https://ai.megallm.io/?key=sk-mega-0123456789abcdef', 'holds a query or a fragment'],
    ['https://ai.megallm.io/#sk-mega-0123456789abcdef', 'holds a query or a fragment'],
    ['https://ai.megallm.io/?', 'holds a query or a fragment'],
    ['http://ai.megallm.io', 'unencrypted to ai.megallm.io'],
    ['http://sk-mega-0123456789abcdef.example', 'unencrypted to'],
    ['http://localhost.example', 'unencrypted to localhost.example'],
    ['http://127.0.0.1.example', 'unencrypted to 127.0.0.1.example'],
    ['http://128.0.0.1', 'unencrypted to 128.0.0.1'],
    ['http://0.0.0.0', 'unencrypted to 0.0.0.0'],
    ['http://[::2]', 'unencrypted to [::2]'],
  ])('%j is none: it %s', (text, problem) => {
    for (const [which, variable] of [
      ['gateway', 'MEGALLM_BASE_URL'],
      ['web', 'MEGALLM_WEB_URL'],
    ] as const) {
      const error = caught(() => parseServiceAddress(text, which));
      expect(error).toMatchObject({ name: 'MegallmError', code: 'usage' });
      const shown = [error.message, ...(error as unknown as { hints: string[] }).hints].join('\n');
      expect(shown).toContain(problem);
      expect(shown).toContain(variable);
      expect(shown).not.toContain('0123456789abcdef');
    }
  });
});

function caught(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was thrown.');
}
