import { isIP } from 'node:net';
import type { UnreachableCause } from '../../api/failure.ts';
import type { Connection } from '../../system/http-connection.ts';
import { hostAndPort, socketHost } from '../../system/http-hosts.ts';
import { isExcepted, proxyFor } from '../../system/http-proxy.ts';
import type { Machine } from '../../system/machine.ts';
import { adviseOn } from '../../verifier/advice.ts';
import { adviseOnClock, howToSetClock } from '../../verifier/clock-advice.ts';
import type { Check, CheckResult } from '../check.ts';
import { isNoAnswer, type NoAnswer } from '../service.ts';

/** The way to the gateway, as the verification itself took it. */
export const network: Check = {
  id: 'network',
  group: 'Service',
  title: 'Network',
  needsKey: true,
  async run({ active, machine, service, verbose }) {
    const { gateway } = (await active).service;
    const { connections, verification } = await service();
    const { bearer, clockSkewSeconds = 0 } = await verification;
    const way = wayTo(gateway, connections, machine, verbose);
    if (isNoAnswer(bearer)) return notReached(way, bearer, machine);
    const clock = adviseOnClock(clockSkewSeconds, machine.platform);
    if (clock === undefined) return { status: 'pass', detail: [...way.steps, 'clock right'].join(' · ') };
    return {
      status: clock.breaksThings ? 'fail' : 'warn',
      detail: [...way.steps, `this machine's clock is ${clock.off}`].join(' · '),
      next: clock.hints,
      code: 'failed',
    };
  },
};

/** Where it is another one: sign-in and keys go there, and the models do without it. */
export const webApp: Check = {
  id: 'web-app',
  group: 'Service',
  title: 'Web app',
  needsKey: true,
  async run({ active, machine, service, verbose }) {
    const { gateway, web } = (await active).service;
    if (new URL(gateway).origin === new URL(web).origin)
      return { status: 'skip', detail: 'it is at the same address as the gateway' };
    const { connections, organisations, verification } = await service();
    const answer = await organisations;
    const way = wayTo(web, connections, machine, verbose);
    if (!isNoAnswer(answer)) return { status: 'pass', detail: way.steps.join(' · ') };
    const { bearer } = await verification;
    if (isNoAnswer(bearer) && causeOf(bearer) === causeOf(answer))
      return { status: 'skip', detail: 'not reached either, for the same reason' };
    const { detail, next } = notReached(way, answer, machine);
    return {
      status: 'warn',
      detail: `models work; signing in, keys and organisations do not. ${detail}`,
      ...(next && { next }),
    };
  },
};

interface Way {
  readonly url: URL;
  readonly steps: readonly string[];
  /** The one that got furthest. */
  readonly connection: Connection | undefined;
}

function wayTo(address: string, connections: readonly Connection[], { env }: Machine, verbose: boolean): Way {
  const url = new URL(address);
  const route = routeTo(url, env);
  const own = connections.filter(({ host }) => host === hostAndPort(url)).map(toWeight);
  const best = own.toSorted((left, right) => right.steps - left.steps || left.total - right.total)[0];
  const connection = best?.connection;
  return { url, connection, steps: [route, ...(connection ? stepsOf(connection, verbose) : [])] };
}

function routeTo(url: URL, env: Machine['env']): string {
  const proxy = proxyFor(url, env);
  if (proxy?.kind === 'proxy') return `proxy ${proxy.host} (${proxy.variable})`;
  return isExcepted(url, env) ? 'direct, by NO_PROXY' : 'direct';
}

/** Of many at once the quickest shows the way; others have waited for this process. */
function toWeight(connection: Connection): { connection: Connection; steps: number; total: number } {
  const { lookupMs, connectMs, secureMs } = connection;
  const times = [lookupMs, connectMs, secureMs].filter((time) => time !== undefined);
  return { connection, steps: times.length, total: times.reduce((sum, time) => sum + time, 0) };
}

function stepsOf(connection: Connection, verbose: boolean): string[] {
  const { proxy, lookupMs, connectMs, secureMs } = connection;
  return [
    ...(lookupMs === undefined ? [] : [`DNS ${inMs(lookupMs)}`]),
    ...(connectMs === undefined
      ? []
      : [`TCP ${inMs(connectMs)}${proxy === undefined ? '' : ' to the proxy'}`]),
    ...(secureMs === undefined ? [] : [`TLS ${inMs(secureMs)}${vouchedFor(connection, verbose)}`]),
  ];
}

/** Who reads along: an authority that this machine alone knows is named always. */
function vouchedFor({ protocol, issuer, isPublic }: Connection, verbose: boolean): string {
  if (isPublic === false) return `, certificate by "${issuer}", which this machine was told to trust`;
  return verbose && issuer !== undefined ? ` (${protocol}, certificate by ${issuer})` : '';
}

function inMs(time: number): string {
  return `${Math.max(1, Math.round(time))} ms`;
}

/** Every step that went well, and the one that did not. */
function notReached(way: Way, failure: NoAnswer, { platform }: Machine): CheckResult {
  const { code, message, hints } = adviseOn(failure);
  const isClock = failure.kind === 'unreachable' && /^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/.test(failure.detail);
  return {
    status: 'fail',
    detail: `${[...way.steps, `${failedStep(failure, way)} failed`].join(' · ')}: ${message}`,
    next: [...hints, ...(isClock ? howToSetClock(platform) : [])],
    code,
  };
}

function failedStep(failure: NoAnswer, { url, connection }: Way): string {
  if (failure.kind !== 'unreachable') return 'HTTP';
  const known = stepOf[failure.cause];
  if (known !== undefined) return known;
  // Silence, and a connection that breaks off, may come at any step.
  if (connection?.connectMs === undefined && connection?.secureMs === undefined) {
    const isNamed = isIP(socketHost(url)) === 0;
    return isNamed && connection?.lookupMs === undefined ? 'DNS' : 'TCP';
  }
  return url.protocol === 'https:' && connection.secureMs === undefined ? 'TLS' : 'HTTP';
}

const stepOf: Partial<Record<UnreachableCause, string>> = {
  dns: 'DNS',
  refused: 'TCP',
  tls: 'TLS',
  proxy: 'proxy',
};

function causeOf(failure: NoAnswer): string {
  return failure.kind === 'unreachable' ? failure.cause : failure.kind;
}
