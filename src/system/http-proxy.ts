import { BlockList, isIP } from 'node:net';
import { type HttpFailure, httpFailure } from './http-failure.ts';
import { hostAndPort, isLoopback, portOf, socketHost } from './http-hosts.ts';
import type { Variables } from './machine.ts';

export interface HttpProxy {
  readonly kind: 'proxy';
  readonly url: URL;
  /** `host:port`, without the credentials. */
  readonly host: string;
  /** The variable that names it. */
  readonly variable: string;
  /** The value of `Proxy-Authorization`. */
  readonly authorization?: string;
}

/**
 * The proxy for requests to `target`; `undefined`: straight to it. Reads `HTTPS_PROXY` or `HTTP_PROXY` by the target's
 * scheme, then `ALL_PROXY`, and `NO_PROXY`; of each the lower-case form first, as curl does. A proxy that
 * is set but cannot be used is a failure: going round it would go against what the user asked for.
 *
 * This machine itself is reached through a proxy only if that runs here too (Go never proxies loopback, curl always
 * does): a key that may travel unencrypted because it does not leave the machine must not be sent to another one.
 */
export function proxyFor(target: URL, env: Variables): HttpProxy | HttpFailure | undefined {
  const variable = variableFor(target, env);
  if (variable === undefined || bypasses(target, readVariable(env, 'NO_PROXY'))) return undefined;
  const proxy = parseProxy(readVariable(env, variable), variable);
  if (proxy === undefined) return httpFailure('proxy', variable, 'not a URL');
  if (isLoopback(target.hostname) && !isLoopback(proxy.url.hostname)) return undefined;
  const { protocol } = proxy.url;
  if (protocol === 'http:' || protocol === 'https:') return proxy;
  return httpFailure('proxy', proxy.host, `${protocol.slice(0, -1)} is not supported`);
}

/** Whether a proxy is set that `target` is reached without, since NO_PROXY says so. */
export function isExcepted(target: URL, env: Variables): boolean {
  return variableFor(target, env) !== undefined && bypasses(target, readVariable(env, 'NO_PROXY'));
}

function variableFor({ protocol }: URL, env: Variables): string | undefined {
  const scheme = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return [scheme, 'ALL_PROXY'].find((name) => readVariable(env, name) !== '');
}

function readVariable(env: Variables, name: string): string {
  return env[name.toLowerCase()]?.trim() || env[name]?.trim() || '';
}

function parseProxy(text: string, variable: string): HttpProxy | undefined {
  try {
    const url = new URL(text.includes('://') ? text : `http://${text}`);
    if (url.hostname === '') return undefined;
    const { username, password } = url;
    const host = hostAndPort(url);
    if (username === '' && password === '') return { kind: 'proxy', url, host, variable };
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    return { kind: 'proxy', url, host, variable, authorization };
  } catch {
    return undefined;
  }
}

/**
 * NO_PROXY, for which no standard exists: as curl and Go read it, a name covers its subdomains, with or without a
 * leading dot or `*.`; addresses, CIDR ranges (`10.0.0.0/8`), a `:port` at the end, and `*` for everything.
 */
function bypasses(target: URL, list: string): boolean {
  const host = socketHost(target).toLowerCase().replace(/\.$/, '');
  const entries = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  return entries.some((entry) => {
    if (entry === '*') return true;
    const { name, port } = splitPort(entry);
    if (port !== undefined && port !== portOf(target)) return false;
    return isIP(host) === 0 ? coversName(name, host) : coversAddress(name, host);
  });
}

function splitPort(entry: string): { name: string; port?: number } {
  // A bare IPv6 address ends in what looks like a port.
  if (isIP(entry) !== 0) return { name: entry };
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^\]]+?))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? plain ?? entry;
  return port === undefined ? { name } : { name, port: Number(port) };
}

function coversName(entry: string, host: string): boolean {
  const name = entry.replace(/^\*?\.?/, '');
  return name !== '' && (host === name || host.endsWith(`.${name}`));
}

function coversAddress(entry: string, address: string): boolean {
  const [network = '', bits] = entry.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const covered = new BlockList();
  try {
    if (bits === undefined) covered.addAddress(network, family);
    else covered.addSubnet(network, Number(bits), family);
  } catch {
    return false;
  }
  return covered.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
