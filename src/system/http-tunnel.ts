import { request as httpRequest, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { failureFrom, type HttpFailure, httpFailure } from './http-failure.ts';
import { hostAndPort, portOf, socketHost } from './http-hosts.ts';
import type { HttpProxy } from './http-proxy.ts';

/**
 * A connection to `target` through a proxy's CONNECT (RFC 9110 section 9.3.6), on which TLS to the target can begin.
 * `connection` holds the options for reaching the proxy. What goes wrong on the way is a failure of the cause `proxy`.
 *
 * Our own instead of https-proxy-agent 9.1: with `DEBUG=*` set that one prints the proxy's password (http-proxy-agent
 * the key as well), and a proxy that does not answer keeps the process alive after the request was aborted.
 */
export async function openTunnel(
  proxy: HttpProxy,
  target: URL,
  connection: RequestOptions,
  signal: AbortSignal,
): Promise<Socket | HttpFailure> {
  const secure = proxy.url.protocol === 'https:';
  const request = secure ? (await import('node:https')).request : httpRequest;
  const authority = hostAndPort(target);
  const failed = (detail: string) => httpFailure('proxy', proxy.host, detail);
  return new Promise((resolve) => {
    const connecting = request({
      ...connection,
      method: 'CONNECT',
      host: socketHost(proxy.url),
      port: portOf(proxy.url),
      path: authority,
      headers: {
        host: authority,
        ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
      },
      agent: false,
    });
    const giveUp = () => {
      resolve(failed('no answer'));
      connecting.destroy();
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    connecting.on('connect', ({ statusCode = 0 }, socket, head) => {
      // Until TLS takes over nobody listens, and an unheard error would end the process.
      socket.on('error', () => undefined);
      signal.removeEventListener('abort', giveUp);
      if (signal.aborted || statusCode < 200 || statusCode > 299) {
        socket.destroy();
        return resolve(failed(`status ${statusCode}`));
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    connecting.on('error', (error) => resolve(failed(failureFrom(error, proxy.host).detail)));
    connecting.on('close', () => {
      signal.removeEventListener('abort', giveUp);
      resolve(failed('ECONNRESET'));
    });
    connecting.end();
  });
}
