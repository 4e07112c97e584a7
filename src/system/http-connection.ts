import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { issuerOf } from './http-certificate.ts';
import { hostAndPort } from './http-hosts.ts';

/** How one connection came about, as far as it got. Steps in milliseconds; one that was not needed or did not end has none. */
export interface Connection {
  /** `host:port` of the server it is for. */
  readonly host: string;
  /** `host:port` of the proxy on the way: name and connection are its own then. */
  readonly proxy?: string;
  lookupMs?: number;
  connectMs?: number;
  secureMs?: number;
  /** Such as `TLSv1.3`. */
  protocol?: string;
  /** Who issued the server's certificate. */
  issuer?: string;
  /** Whether one of the authorities that everybody's Node knows vouches for it: else somebody here does. */
  isPublic?: boolean;
}

/** Is told of every new connection as it begins; the record fills as it goes on. */
export type OnConnection = (connection: Connection) => void;

export function newConnection(url: URL, proxy: string | undefined): Connection {
  return { host: hostAndPort(url), ...(proxy !== undefined && { proxy }) };
}

/** Times the steps of a socket that has just been made. */
export function timeSteps(socket: Socket | TLSSocket, connection: Connection): void {
  let last = performance.now();
  const step = () => {
    const before = last;
    last = performance.now();
    return last - before;
  };
  if (socket.connecting) {
    socket.on('lookup', (error) => {
      if (!error) connection.lookupMs ??= step();
    });
    socket.once('connect', () => {
      connection.connectMs = step();
    });
  }
  if (!('getPeerCertificate' in socket)) return;
  socket.once('secureConnect', () => {
    connection.secureMs = step();
    Object.assign(connection, { protocol: socket.getProtocol() ?? undefined, ...issuerOf(socket) });
  });
}
