import { systemCode } from '../errors.ts';
import type { ShownCertificate } from './http-certificate.ts';

/**
 * Why there is no answer: the six ways of not reaching a server (`reset` includes answers that end too early), and
 * the two ways of reaching something that cannot be read: `invalid` is no HTTP, `too-large` exceeds the limit.
 */
export type HttpFailureCause =
  | 'dns'
  | 'refused'
  | 'tls'
  | 'timeout'
  | 'proxy'
  | 'reset'
  | 'invalid'
  | 'too-large';

export interface HttpFailure {
  readonly kind: 'failure';
  readonly cause: HttpFailureCause;
  /** Where, as `host:port`: the server, or with the cause `proxy` the proxy, or the variable that should name it. */
  readonly host: string;
  /** A code of the system, of OpenSSL or of Node, or a few words; safe to show. */
  readonly detail: string;
  /** What the server showed, where its certificate was turned down. */
  readonly certificate?: ShownCertificate;
}

export function httpFailure(cause: HttpFailureCause, host: string, detail: string): HttpFailure {
  return { kind: 'failure', cause, host, detail };
}

/** Socket and parser errors by code: nodejs.org/api/errors.html, uv_err_name, llhttp's HPE_*, X509_V_ERR_*. */
const causes: readonly (readonly [RegExp, HttpFailureCause])[] = [
  [/^(ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL)$/, 'dns'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EACCES|EPERM)$/, 'refused'],
  [/^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/, 'tls'],
  [/^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERROR_IN_C\w+)$/, 'tls'],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'timeout'],
  // A chunked body that ends before its last chunk.
  [/^HPE_INVALID_EOF_STATE$/, 'reset'],
  [/^HPE_HEADER_OVERFLOW$/, 'too-large'],
  [/^HPE_/, 'invalid'],
];

/** A socket's or parser's error, classified by its code; whatever breaks an open connection counts as a reset. */
export function failureFrom(error: unknown, host: string): HttpFailure {
  const code = systemCode(error) ?? 'ECONNRESET';
  return httpFailure(causes.find(([codes]) => codes.test(code))?.[1] ?? 'reset', host, code);
}

/** Whether a certificate comes from an authority that Node does not know, as behind a company's TLS inspection. */
export function isUntrustedIssuer(code: string): boolean {
  return untrustedIssuer.test(code);
}

/** Whether it was the certificate that was turned down, and not the handshake that failed. */
export function isAboutCertificate(code: string): boolean {
  return isUntrustedIssuer(code) || /^CERT_|^ERR_TLS_CERT_|^HOSTNAME_MISMATCH$/.test(code);
}

const untrustedIssuer =
  /^(UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED)$/;
