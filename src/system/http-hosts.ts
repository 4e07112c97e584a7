/**
 * Whether a URL's hostname is this machine itself: `127.0.0.0/8`, `[::1]` or `localhost`.
 * `URL` has already brought odd spellings of addresses (`127.1`, `0x7f.0.0.1`) into their usual form. Without
 * `node:net`, whose loading takes a tenth of a command that needs no network.
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
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
