import { clientIdVariable } from '../api/client-id.ts';
import type { Declined, SignInResult } from '../api/sign-in.ts';
import { dashboardUrl } from '../credentials/key.ts';
import { MegallmError } from '../errors.ts';
import { toError } from '../verifier/advice.ts';

const again = 'megallm login   (to try again)';

type Failure = Exclude<SignInResult<never>, { kind: 'ok' }>;

/** Why there is no sign-in; `missing`: what an answer without a fault should have held. */
export function signInError(failure: Failure, missing = 'an API key'): MegallmError {
  if (failure.kind === 'declined') return declined(failure);
  const isOurs = failure.kind === 'not-megallm' && failure.contentType === 'application/json';
  if (!isOurs || failure.status !== 200) return toError(failure);
  return new MegallmError('unreachable', `${failure.host} answered, but without ${missing}.`, [
    again,
    ...toError(failure).hints,
  ]);
}

/** The same for a code that was being redeemed: a key that nobody has may have come of it. */
export function redemptionError(failure: Failure): MegallmError {
  const error = signInError(failure);
  if (failure.kind === 'declined' || failure.kind === 'rate-limited' || failure.kind === 'rejected')
    return error;
  if (failure.kind === 'unreachable' && failure.cause !== 'timeout' && failure.cause !== 'reset')
    return error;
  return new MegallmError(error.code, `${error.message} ${mayExist}`, [lookForIt, ...error.hints]);
}

/** For a redemption that was interrupted, and did not end in time. */
export function cutShort(): MegallmError {
  return new MegallmError('cancelled', `Cancelled. ${mayExist}`, [lookForIt]);
}

const mayExist = 'A key may have been made all the same, and its answer lost.';
const lookForIt = `Look for a key that was made just now, and revoke it: ${dashboardUrl}`;

export function declined({ code, message, host }: Pick<Declined, 'code' | 'message' | 'host'>): MegallmError {
  const words = message === undefined ? '' : `: ${message}`;
  const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);
  switch (code) {
    case 'access_denied':
      return new MegallmError('not-signed-in', sentence(`The sign-in was denied${words}`), [again]);
    case 'expired_token':
      return codeExpired();
    case 'invalid_grant':
      return new MegallmError(
        'failed',
        sentence(`The service no longer takes this code, which works once and not for long${words}`),
        [again, `If a key was made and is missing here, revoke it: ${dashboardUrl}`],
      );
    case 'invalid_client':
    case 'unauthorized_client':
      return new MegallmError(
        'failed',
        sentence(`${host} does not let this program sign in (${code})${words}`),
        [
          `If you set ${clientIdVariable}, check that it is right, or unset it.`,
          'npx megallm@latest login   (in case this version is too old)',
        ],
      );
    default:
      return new MegallmError('failed', sentence(`${host} declined the sign-in (${code})${words}`), [
        again,
        'megallm login --with-key   (to use a key from the dashboard)',
      ]);
  }
}

export function codeExpired(): MegallmError {
  return new MegallmError('not-signed-in', 'The code expired before anybody signed in with it.', [again]);
}
