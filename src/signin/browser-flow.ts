import {
  AuthorizationResponseError,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomState,
  validateAuthResponse,
} from 'oauth4webapi';
import { safeTextFor } from '../api/safe-text.ts';
import { authorizationUrl, redeem } from '../api/sign-in.ts';
import { MegallmError } from '../errors.ts';
import { openBrowser } from '../system/browser.ts';
import { failurePage, successPage } from './callback-page.ts';
import { startLoopbackServer } from './loopback.ts';
import { cutShort, declined, redemptionError } from './refusals.ts';
import type { Keep, SignInTools } from './tools.ts';

const deadlineMs = 5 * 60_000;

/**
 * Sign-in with the browser of this machine: authorization code with PKCE over a loopback redirect (RFC 7636, RFC 8252).
 * The browser waits for its page until the key is kept, so that the page tells how it ended.
 * `elsewhere` resolves when the person would rather use another device; then the result is `undefined`.
 */
export async function signInWithBrowser<T>(
  tools: SignInTools,
  keep: Keep<T>,
  elsewhere: Promise<undefined> | undefined,
): Promise<{ readonly kept: T } | undefined> {
  const { http, service, clientId } = tools;
  const verifier = generateRandomCodeVerifier();
  const state = generateRandomState();
  const challenge = await calculatePKCECodeChallenge(verifier);
  const server = await startLoopbackServer(deadlineMs, tools.signal);
  try {
    const { redirectUri } = server;
    const url = authorizationUrl(service, { clientId, redirectUri, state, challenge });
    await tools.output.instruct([
      { label: 'Sign in with your browser. If none opens, go to:', next: [url.href] },
      ...(elsewhere === undefined ? [] : [{ label: 'Press d to sign in on another device instead.' }]),
    ]);
    void openBrowser(url);
    const callback = await Promise.race([server.callback, ...(elsewhere === undefined ? [] : [elsewhere])]);
    if (callback === undefined) return undefined;
    try {
      const code = codeFrom(callback.parameters, { state, clientId, web: service.web });
      const redeemed = await redeem(
        http,
        service,
        clientId,
        { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
        { signal: tools.lateSignal },
      ).catch((error: unknown) => {
        throw tools.lateSignal.aborted ? cutShort() : error;
      });
      if (redeemed.kind !== 'ok') throw redemptionError(redeemed);
      const kept = await keep(redeemed.value);
      await callback.answer(successPage());
      return { kept };
    } catch (error) {
      await callback.answer(
        failurePage(error instanceof MegallmError ? error.message : 'megallm has a bug.'),
      );
      throw error;
    }
  } finally {
    server.close();
  }
}

/** Throws a MegallmError for an answer that is not the one to our request, or says no. */
function codeFrom(
  parameters: URLSearchParams,
  { state, clientId, web }: { state: string; clientId: string; web: string },
): string {
  try {
    // One service alone can have been asked, and what it calls itself is not documented (RFC 9207).
    parameters.delete('iss');
    validateAuthResponse({ issuer: web }, { client_id: clientId }, parameters, state);
  } catch (error) {
    if (error instanceof AuthorizationResponseError) throw refusal(parameters, new URL(web).host);
    throw new MegallmError(
      'refused',
      'What came back with the browser does not belong to this sign-in, so it was not used.',
      ['megallm login   (to try again, in the browser window that it opens)'],
      { cause: error },
    );
  }
  const code = parameters.get('code');
  if (code) return code;
  throw new MegallmError('failed', 'The browser came back without a code.', 'megallm login --device');
}

function refusal(parameters: URLSearchParams, host: string): MegallmError {
  const safe = safeTextFor(undefined);
  const code = safe(parameters.get('error') ?? '', 60);
  const description = parameters.get('error_description');
  return declined({ host, code, ...(description && { message: safe(description) }) });
}
