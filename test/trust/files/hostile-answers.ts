import type { Socket } from 'node:net';
import fc from 'fast-check';

/** How a service answers one request: bytes, and what becomes of the connection then. */
export interface HostileAnswer {
  readonly head: string;
  readonly body: string;
  readonly end: 'close' | 'reset' | 'half-close' | 'keep';
  /** As much more as the client takes. */
  readonly endless: boolean;
}

/** A key that a service makes up: it must be kept, or not shown. */
export const madeUpKey = `sk-mega-${'e'.repeat(64)}`;

const evil = '\x1b]0;owned\x07\x1b[2J\u202e\u0000';
const bodies = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '<!doctype html><title>Wi-Fi</title>',
    '{"data":null}',
    '{"data":{"keys":[null,1,{"id":{}}]}}',
    `{"error":{"message":"${evil.replaceAll('\u0000', '\\u0000').replaceAll('\x1b', '\\u001b').replaceAll('\x07', '\\u0007')}"}}`,
    JSON.stringify({ error: evil, message: evil }),
    JSON.stringify({ data: [{ id: evil, org_id: evil, name: evil }], object: 'list', sub: evil }),
    JSON.stringify({ data: { api_key: madeUpKey, api_key_id: evil, api_key_name: evil } }),
    JSON.stringify({ api_key: 'sk-mega-', access_token: 7 }),
    JSON.stringify({
      device_code: evil,
      user_code: evil,
      verification_uri: 'javascript:alert(1)',
      interval: -1,
    }),
    '['.repeat(100_000),
    '{"a":'.repeat(5_000),
    `{"data":"${'x'.repeat(100_000)}"}`,
    '\x1f\x8b\x08\x00lies',
    '\xff\xfe\xfd',
  ),
  fc.json({ maxDepth: 4 }),
);

const statuses = fc.constantFrom(
  ...[
    '200 OK',
    '200 OK',
    '200 OK',
    '201 Created',
    '204 No Content',
    '301 Moved',
    '302 Found',
    '307 Temporary',
  ],
  ...['304 Not Modified', '400 Bad', '401 No', '403 No', '404 None', '418 Tea', '429 Slow', '500 Broken'],
  ...['503 Later', '599 Odd', '999 What', '100 Continue', '0 Zero', 'abc', ''],
);

const headers = fc.subarray(
  [
    'content-type: application/json',
    'content-type: text/html',
    'content-type: \x80\xff',
    'content-encoding: gzip',
    'transfer-encoding: chunked',
    'transfer-encoding: nonsense',
    'content-length: 5',
    'content-length: 999999',
    'content-length: -1',
    'content-length: 7\r\ncontent-length: 8',
    'retry-after: 999999999',
    'retry-after: \x1b[31mnever',
    'x-debug-auth-received: \x1b]0;x\x07',
    `x-huge: ${'h'.repeat(20_000)}`,
    'location: http://127.0.0.1:9/elsewhere',
    'location: //[broken',
    'location: /api/v1/keys',
    'date: yesterday',
    'set-cookie: a=b',
    'no colon here',
    ': no name',
  ],
  { maxLength: 5 },
);

export const hostileAnswers: fc.Arbitrary<HostileAnswer> = fc.record({
  head: fc
    .tuple(
      fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/9', 'ICY'),
      statuses,
      headers,
    )
    .map(
      ([version, status, lines]) =>
        `${version} ${status}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`,
    ),
  body: bodies,
  end: fc.constantFrom('close', 'close', 'close', 'close', 'reset', 'half-close'),
  endless: fc.constantFrom(false, false, false, false, false, false, false, true),
});

export function deliver(socket: Socket, { head, body, end, endless }: HostileAnswer): void {
  socket.on('error', () => undefined);
  socket.write(Buffer.from(head, 'latin1'));
  socket.write(Buffer.from(body));
  if (endless) {
    const more = Buffer.alloc(1_000_000, ' ');
    const pour = () => {
      while (!socket.destroyed && socket.write(more));
    };
    socket.on('drain', pour);
    pour();
  } else if (end === 'reset') socket.resetAndDestroy();
  else if (end === 'half-close') socket.end();
  else if (end === 'close') socket.end(() => socket.destroy());
}
