import { addressVariables } from '../api/address.ts';
import type {
  ApiFailure,
  Broken,
  NotMegallm,
  RateLimited,
  Refused,
  Rejected,
  Said,
  Unreachable,
} from '../api/failure.ts';
import { type ErrorCode, MegallmError } from '../errors.ts';
import { clockOff, inWords } from './clock-advice.ts';
import { adviseOnConnection } from './connection-advice.ts';

export interface Advice {
  readonly code: ErrorCode;
  /** One sentence or two: what happened. */
  readonly message: string;
  /** What to do, the likeliest first; a command to paste stands alone. */
  readonly hints: readonly string[];
}

export interface AdviceContext {
  /** As in `VerificationReport`. */
  readonly clockSkewSeconds?: number | undefined;
}

const dashboard = 'https://megallm.io/dashboard/overview';

/** From how many seconds on a wrong clock is worth a word; certificates and signatures tolerate a few minutes. */
const notableSkew = 300;

/** What to tell a person about a failure: for 401, 403 and 429 what the authentication guide says. */
export function adviseOn(failure: ApiFailure, { clockSkewSeconds }: AdviceContext = {}): Advice {
  const advice = adviceFor(failure);
  return { ...advice, hints: [...advice.hints, ...clockHints(clockSkewSeconds)] };
}

export function toError(failure: ApiFailure, context?: AdviceContext): MegallmError {
  const { code, message, hints } = adviseOn(failure, context);
  return new MegallmError(code, message, hints);
}

function adviceFor(failure: ApiFailure): Advice {
  switch (failure.kind) {
    case 'unauthorized':
      return unauthorized(failure);
    case 'forbidden':
      return forbidden(failure);
    case 'rate-limited':
      return rateLimited(failure);
    case 'unreachable':
      return unreachable(failure);
    case 'broken':
      return broken(failure);
    case 'not-megallm':
      return notMegallm(failure);
    case 'rejected':
      return rejected(failure);
  }
}

function unauthorized(failure: Refused): Advice {
  return {
    code: 'unauthorized',
    message: `The service refused the key (401)${inItsWords(failure)}`,
    hints: [
      `Check that the key is valid and not expired: ${dashboard}`,
      'Sign in again, or give another key:',
      'megallm login',
      ...pageHint(failure),
    ],
  };
}

function forbidden(failure: Refused): Advice {
  return {
    code: 'forbidden',
    message: `The key is not allowed to do this (403)${inItsWords(failure)}`,
    hints: [
      `Verify that the key has the required access: ${dashboard}`,
      ...pageHint(failure),
      `If it should have that access, contact support${reference(failure)}.`,
    ],
  };
}

function rateLimited(failure: RateLimited): Advice {
  const { retryAfterSeconds } = failure;
  return {
    code: 'rate-limited',
    message: `Too many requests: the service limits their rate (429)${inItsWords(failure)}`,
    hints: [
      `Wait ${retryAfterSeconds === undefined ? 'a minute' : inWords(retryAfterSeconds)} and run the command again.`,
      `If it goes on, contact support${reference(failure)}. Plans allow 60 (Basic) or 300 (Pro) requests a minute.`,
    ],
  };
}

function unreachable(failure: Unreachable): Advice {
  return { code: 'unreachable', ...adviseOnConnection(failure) };
}

function broken(failure: Broken): Advice {
  return {
    code: 'unreachable',
    message: `${failure.host} answered with status ${failure.status}${inItsWords(failure)}`,
    hints: [
      'This says nothing about the key. Wait a few minutes and run the command again.',
      ...supportHint(failure),
    ],
  };
}

function notMegallm(failure: NotMegallm): Advice {
  const address = `If you set ${addressVariables.gateway} or ${addressVariables.web}, check that it is right.`;
  const inBetween = [
    'On a guest network (hotel, train, café), open a browser, sign in to the network, and run the command again.',
    'In a company, a proxy or a firewall may answer in its place: ask for access to this host.',
  ];
  const { message, isLikelyInBetween } = whatAnswered(failure);
  return {
    code: 'unreachable',
    message,
    hints: isLikelyInBetween ? [...inBetween, address] : [address, ...inBetween],
  };
}

function whatAnswered({ host, status = 0, contentType }: NotMegallm): {
  message: string;
  isLikelyInBetween: boolean;
} {
  if (status >= 300 && status <= 399) {
    const message = `${host} answers with a redirect (status ${status}), which MegaLLM does not.`;
    return { message, isLikelyInBetween: true };
  }
  if (contentType === 'text/html' || status === 511) {
    return { message: `A web page answered at ${host}, not MegaLLM.`, isLikelyInBetween: true };
  }
  const facts = [status === 0 ? undefined : `status ${status}`, contentType].filter(Boolean).join(', ');
  const message = `What answers at ${host} is not MegaLLM${facts && ` (${facts})`}.`;
  return { message, isLikelyInBetween: false };
}

function rejected(failure: Rejected): Advice {
  return {
    code: 'failed',
    message: `The service did not accept the request (${failure.status})${inItsWords(failure)}`,
    hints: supportHint(failure),
  };
}

function inItsWords({ message }: Said): string {
  if (message === undefined) return '.';
  return /[.!?…]$/.test(message) ? `: ${message}` : `: ${message}.`;
}

function pageHint({ isPage, host }: Refused): string[] {
  return isPage
    ? [`A web page said so, not the service: a proxy or firewall before ${host} may be in the way.`]
    : [];
}

function supportHint(failure: Said): string[] {
  return [`If it goes on, contact support${reference(failure)}.`];
}

function reference({ requestId }: Said): string {
  return requestId === undefined ? '' : ` (request id ${requestId})`;
}

function clockHints(skew = 0): string[] {
  if (Math.abs(skew) < notableSkew) return [];
  return [`This machine's clock is ${clockOff(skew)}: set it right, best automatically.`];
}
