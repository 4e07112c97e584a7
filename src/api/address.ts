import { MegallmError } from '../errors.ts';
import { maskKeys } from '../secret.ts';
import { isLoopback } from '../system/http-hosts.ts';

/** Where a MegaLLM is: origin and, where there is one, path prefix, without a slash at the end. */
export interface ServiceAddress {
  /** Models and inference; without `/v1`. */
  readonly gateway: string;
  /** Sign-in and key management. */
  readonly web: string;
}

export const defaultAddress: ServiceAddress = {
  gateway: 'https://ai.megallm.io',
  web: 'https://megallm.io',
};

/** The variable that each half of the address comes from. */
export const addressVariables = { gateway: 'MEGALLM_BASE_URL', web: 'MEGALLM_WEB_URL' } as const;

/**
 * A base URL in the form that `ServiceAddress` holds. The gateway's may end in `/v1`, as OpenAI's SDKs want it.
 * Throws a MegallmError `usage` for what is no URL, would send the key unencrypted to another machine, or has
 * parts that a base URL cannot have; it never quotes more of the text than the host.
 */
export function parseServiceAddress(text: string, which: keyof ServiceAddress): string {
  const url = parseUrl(text.trim());
  if (url === undefined) throw unusable(which, 'is not a URL');
  const { protocol, hostname, username, password } = url;
  if (protocol !== 'https:' && protocol !== 'http:') throw unusable(which, 'is not an https: URL');
  if (username !== '' || password !== '') throw unusable(which, 'holds a user name or a password');
  if (/[?#]/.test(text)) throw unusable(which, 'holds a query or a fragment');
  if (protocol === 'http:' && !isLoopback(hostname)) {
    throw unusable(which, `would send the key unencrypted to ${maskKeys(hostname)}`);
  }
  const ending = which === 'gateway' ? /(\/+v1)*\/*$/ : /\/+$/;
  return url.origin + url.pathname.replace(ending, '');
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function unusable(which: keyof ServiceAddress, problem: string): MegallmError {
  return new MegallmError('usage', `The address in ${addressVariables[which]} ${problem}.`, [
    `Set it to an https: address such as ${defaultAddress[which]}, or unset it; http: is for this machine alone.`,
  ]);
}
