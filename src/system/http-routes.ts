import { Agent, type AgentOptions, request as httpRequest, type RequestOptions } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { ShownCertificate } from './http-certificate.ts';
import type { OnConnection } from './http-connection.ts';
import type { HttpFailure } from './http-failure.ts';
import { portOf, socketHost } from './http-hosts.ts';
import { type HttpProxy, proxyFor } from './http-proxy.ts';
import type { Variables } from './machine.ts';

/** How one request gets to its server. */
export interface Route {
  readonly kind: 'route';
  readonly request: typeof httpRequest;
  readonly options: RequestOptions;
  /** The proxy that hands the request on and sees it, as `host:port`; not one that only tunnels. */
  readonly proxy?: string;
  /** Is handed each socket that is made for it. */
  readonly onSocket?: (socket: Socket) => void;
}

type TcpOptions = Pick<AgentOptions, 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout' | 'lookup'>;

/**
 * Connections stay open for the next request, but for less time than servers allow (Node's close idle ones after 5 s):
 * a request that must not be sent twice should not meet a connection that is just being closed.
 */
const idling: AgentOptions = { keepAlive: true, timeout: 2000 };

/** The connections of one client: kept open between requests, closed together, opened as the proxy variables say. */
export class Routes {
  readonly #env: Variables;
  readonly #connection: TcpOptions;
  readonly #onConnection: OnConnection | undefined;
  readonly #agents: Agent[] = [];
  readonly #http: Agent;
  #https: HttpsAgent | undefined;
  #trust: Promise<SecureContext | undefined> | undefined;
  readonly #shown = new Map<string, Promise<ShownCertificate | undefined>>();

  constructor(env: Variables, lookup: LookupFunction | undefined, onConnection: OnConnection | undefined) {
    this.#env = env;
    this.#onConnection = onConnection;
    this.#connection = {
      autoSelectFamily: true,
      // Node gives up each address but the last after this time; its own 250 ms fails on slow links that would have
      // connected (nodejs/node#54359).
      autoSelectFamilyAttemptTimeout: 500,
      ...(lookup === undefined ? {} : { lookup }),
    };
    this.#http = new Agent({ ...this.#connection, ...idling });
    this.#agents.push(this.#http);
  }

  async find(url: URL, signal: AbortSignal): Promise<Route | HttpFailure> {
    const proxy = proxyFor(url, this.#env);
    if (proxy?.kind === 'failure') return proxy;
    const options = { host: socketHost(url), port: portOf(url), path: url.pathname + url.search };
    if (url.protocol === 'https:' && proxy !== undefined)
      return this.#throughTunnel(url, proxy, options, signal);
    const watch = await this.#watch(url, proxy?.host);
    if (url.protocol === 'http:') {
      if (proxy !== undefined) return { ...(await this.#throughProxy(url, proxy)), ...watch };
      return { kind: 'route', request: httpRequest, options: { ...options, agent: this.#http }, ...watch };
    }
    const { request } = await import('node:https');
    return { kind: 'route', request, options: { ...options, agent: await this.#httpsAgent() }, ...watch };
  }

  /** The certificate that the server shows: a connection of its own, once, on which nothing is sent. */
  certificate(url: URL, signal: AbortSignal): Promise<ShownCertificate | undefined> {
    const known = this.#shown.get(url.origin) ?? this.#lookAtCertificate(url, signal);
    this.#shown.set(url.origin, known);
    return known;
  }

  /** From now on trusts what the operating system trusts; false where that is nothing more than Node does. */
  async trustSystem(): Promise<boolean> {
    if (this.#trust === undefined) {
      this.#trust = import('./http-authorities.ts').then(({ systemTrust }) => systemTrust(this.#env));
      await this.#trust;
      // The old one has to live on: other requests may be under way on it.
      this.#https = undefined;
    }
    return (await this.#trust) !== undefined;
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }

  async #httpsAgent(): Promise<HttpsAgent> {
    const { Agent } = await import('node:https');
    const secureContext = await this.#trust;
    if (this.#https === undefined) {
      this.#https = new Agent({ ...this.#connection, ...idling, ...(secureContext && { secureContext }) });
      this.#agents.push(this.#https);
    }
    return this.#https;
  }

  /** In the clear the proxy takes the whole URL for a path (RFC 9112 section 3.2.2). */
  async #throughProxy(url: URL, { url: proxy, host, authorization }: HttpProxy): Promise<Route> {
    const options = {
      host: socketHost(proxy),
      port: portOf(proxy),
      path: url.origin + url.pathname + url.search,
      headers: { host: url.host, ...(authorization && { 'proxy-authorization': authorization }) },
    };
    if (proxy.protocol === 'http:') {
      return { kind: 'route', request: httpRequest, options: { ...options, agent: this.#http }, proxy: host };
    }
    const { request } = await import('node:https');
    return { kind: 'route', request, options: { ...options, agent: await this.#httpsAgent() }, proxy: host };
  }

  async #throughTunnel(
    url: URL,
    proxy: HttpProxy,
    options: RequestOptions & { readonly host: string },
    signal: AbortSignal,
  ): Promise<Route | HttpFailure> {
    const [{ openTunnel }, { request }, tls] = await Promise.all([
      import('./http-tunnel.ts'),
      import('node:https'),
      import('node:tls'),
    ]);
    const secureContext = await this.#trust;
    const watch = await this.#watch(url, proxy.host);
    const socket = await openTunnel(proxy, url, this.#connection, signal);
    if ('kind' in socket) return socket;
    const server = { socket, ...(await nameFor(options.host)), ...(secureContext && { secureContext }) };
    const createConnection = () => tls.connect(server);
    return { kind: 'route', request, options: { ...options, createConnection }, ...watch };
  }

  async #watch(url: URL, proxy: string | undefined): Promise<Pick<Route, 'onSocket'>> {
    const onConnection = this.#onConnection;
    if (onConnection === undefined) return {};
    const { newConnection, timeSteps } = await import('./http-connection.ts');
    return {
      onSocket(socket) {
        const connection = newConnection(url, proxy);
        onConnection(connection);
        timeSteps(socket, connection);
      },
    };
  }

  async #lookAtCertificate(url: URL, signal: AbortSignal): Promise<ShownCertificate | undefined> {
    const proxy = proxyFor(url, this.#env);
    if (proxy?.kind === 'failure') return undefined;
    const [tls, { openTunnel }, { shownCertificate }] = await Promise.all([
      import('node:tls'),
      import('./http-tunnel.ts'),
      import('./http-certificate.ts'),
    ]);
    const tunnel = proxy && (await openTunnel(proxy, url, this.#connection, signal));
    if (tunnel && 'kind' in tunnel) return undefined;
    const way = tunnel ? { socket: tunnel } : { ...this.#connection, port: portOf(url) };
    const server = { ...way, ...(await nameFor(socketHost(url))) };
    return new Promise((resolve) => {
      // Whom it belongs to is the question, so that it may be anybody's.
      const socket: TLSSocket = tls.connect({ ...server, rejectUnauthorized: false });
      const end = (certificate: ShownCertificate | undefined) => {
        signal.removeEventListener('abort', giveUp);
        socket.destroy();
        resolve(certificate);
      };
      const giveUp = () => end(undefined);
      signal.addEventListener('abort', giveUp, { once: true });
      socket.once('secureConnect', () => end(shownCertificate(socket)));
      socket.on('error', giveUp);
      socket.on('close', giveUp);
    });
  }
}

/** An address is no name that a server could choose its certificate by (RFC 6066 section 3). */
async function nameFor(host: string): Promise<{ host: string; servername?: string }> {
  const { isIP } = await import('node:net');
  return { host, ...(isIP(host) === 0 && { servername: host }) };
}
