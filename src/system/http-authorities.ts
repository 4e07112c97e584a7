import * as tls from 'node:tls';
import { readText } from './files.ts';
import type { Variables } from './machine.ts';

/** Where Linux distributions and BSDs keep their authorities: the list of Go, crypto/x509/root_linux.go and root_bsd.go. */
const bundles: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * TLS settings that trust what the operating system trusts, besides Node's own list and `NODE_EXTRA_CA_CERTS`: a
 * company that inspects TLS installs its authority there, and Node by itself does not look. `SSL_CERT_FILE`, as OpenSSL
 * and Go read it, takes the place of the system's list. `undefined` where there is nothing more to trust.
 */
export function systemTrust(env: Variables): tls.SecureContext | undefined {
  const system = readBundle(env.SSL_CERT_FILE) ?? listedByNode() ?? firstBundle();
  if (system === undefined) return undefined;
  const extra = readBundle(env.NODE_EXTRA_CA_CERTS) ?? [];
  try {
    return tls.createSecureContext({ ca: [...tls.rootCertificates, ...system, ...extra] });
  } catch {
    return undefined;
  }
}

/** From Node 22.15 on: the keychain of macOS, the store of Windows, OpenSSL's folders elsewhere. */
function listedByNode(): readonly string[] | undefined {
  if (!('getCACertificates' in tls) || typeof tls.getCACertificates !== 'function') return undefined;
  try {
    const certificates: readonly string[] = tls.getCACertificates('system');
    return certificates.length > 0 ? certificates : undefined;
  } catch {
    return undefined;
  }
}

function firstBundle(): readonly string[] | undefined {
  for (const path of bundles) {
    const bundle = readBundle(path);
    if (bundle !== undefined) return bundle;
  }
  return undefined;
}

function readBundle(path: string | undefined): readonly string[] | undefined {
  if (!path) return undefined;
  try {
    const text = readText(path);
    return text === undefined ? undefined : [text];
  } catch {
    return undefined;
  }
}
