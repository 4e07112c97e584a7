import { type PeerCertificate, rootCertificates, type TLSSocket } from 'node:tls';

/** What a certificate says about itself: nobody has vouched for it, so all of it may be a lie. Safe to show. */
export interface ShownCertificate {
  readonly issuer?: string;
  /** In milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** The certificate that a server showed, whether it was accepted or not. */
export function shownCertificate(socket: TLSSocket): ShownCertificate | undefined {
  const certificate = socket.getPeerCertificate();
  if (certificate?.valid_from === undefined) return undefined;
  const { valid_from, valid_to } = certificate;
  return { ...named(certificate), validFrom: Date.parse(valid_from), validTo: Date.parse(valid_to) };
}

/** Who issued an accepted certificate. A resumed session tells nothing. */
export function issuerOf(socket: TLSSocket): { issuer?: string; isPublic?: boolean } {
  const certificate = socket.getPeerCertificate(true);
  if (certificate?.raw === undefined) return {};
  return { ...named(certificate), isPublic: chainOf(certificate).some(isOfNode) };
}

function chainOf(certificate: PeerCertificate): PeerCertificate[] {
  const chain = [certificate];
  for (let next = certificate; 'issuerCertificate' in next; ) {
    const above = next.issuerCertificate as (PeerCertificate & { raw?: Buffer }) | undefined;
    // The topmost one is its own issuer.
    if (above?.raw === undefined || chain.includes(above)) break;
    chain.push(above);
    next = above;
  }
  return chain;
}

function isOfNode({ raw }: PeerCertificate): boolean {
  const lines = raw.toString('base64').match(/.{1,64}/g) ?? [];
  return rootCertificates.includes(
    ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n'),
  );
}

function named({ issuer }: PeerCertificate): { issuer?: string } {
  const names: unknown[] = [issuer?.O, issuer?.CN].flat();
  const name = names.find((one) => typeof one === 'string' && one !== '');
  return typeof name === 'string' ? { issuer: name.replace(/[\p{C}]/gu, '').slice(0, 80) } : {};
}
