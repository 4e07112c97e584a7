import { isIPv4 } from 'node:net';

/**
 * Whether a URL's hostname is this machine itself: `127.0.0.0/8`, `[::1]` or `localhost`.
 * `URL` has already brought odd spellings of addresses (`127.1`, `0x7f.0.0.1`) into their usual form.
 */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}

/** `host:port`, with the port that the scheme implies; never the credentials that the URL may hold. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** The hostname as sockets want it: IPv6 addresses without their brackets. */
export function socketHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
