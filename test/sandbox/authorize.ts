import { type Answer, redirect } from './answers.ts';
import { oauthError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { parseScopes } from './state.ts';
import type { Switches } from './switches.ts';

/** The authorization request with PKCE, RFC 6749 section 4.1.1 and RFC 7636; nobody is asked, the mode decides. */
export function authorize({ url, world }: Exchange): Answer {
  const query = url.searchParams;
  const clientId = query.get('client_id') ?? '';
  const redirectUri = query.get('redirect_uri') ?? '';
  // Never redirect to an address that is not the client's: these two are told to the browser itself.
  if (!world.switches.clientIds.includes(clientId)) {
    return oauthError(400, 'invalid_client', 'Unknown client_id.');
  }
  if (!isLoopbackCallback(redirectUri)) {
    return oauthError(400, 'invalid_request', 'redirect_uri must be http://127.0.0.1:PORT/cb.');
  }
  const state = query.get('state') ?? '';
  const back = (parameters: Record<string, string>) =>
    redirect(302, `${redirectUri}?${new URLSearchParams(parameters)}`);

  const problem = requestProblem(query);
  if (problem !== undefined) return back({ error: problem[0], error_description: problem[1], state });
  const scopes = parseScopes(query.get('scope'));
  if (scopes === undefined)
    return back({ error: 'invalid_scope', error_description: 'Unknown scope.', state });
  const challenge = query.get('code_challenge') ?? '';
  const outcomes: Readonly<Record<Switches['authorizeMode'], () => Record<string, string>>> = {
    approve: () => ({ code: world.codes.open({ clientId, redirectUri, scopes, challenge }), state }),
    'used-code': () => {
      const code = world.codes.open({ clientId, redirectUri, scopes, challenge });
      world.codes.redeem(code, { clientId, redirectUri, verifier: '' });
      return { code, state };
    },
    'wrong-state': () => ({
      code: world.codes.open({ clientId, redirectUri, scopes, challenge }),
      state: `not-${state}`,
    }),
    deny: () => ({
      error: 'access_denied',
      error_description: 'You said no. <script>document.title = "injected"</script>',
      state,
    }),
  };
  return back(outcomes[world.switches.authorizeMode]());
}

function requestProblem(query: URLSearchParams): readonly [error: string, description: string] | undefined {
  if (query.get('response_type') !== 'code') {
    return ['unsupported_response_type', 'response_type must be code.'];
  }
  if (!query.get('state')) return ['invalid_request', 'state is required.'];
  if (query.get('code_challenge_method') !== 'S256') {
    return ['invalid_request', 'code_challenge_method must be S256.'];
  }
  if (!/^[\w-]{43}$/.test(query.get('code_challenge') ?? '')) {
    return ['invalid_request', 'code_challenge must be a SHA-256 in base64url.'];
  }
  return undefined;
}

function isLoopbackCallback(redirectUri: string): boolean {
  return /^http:\/\/127\.0\.0\.1:\d{1,5}\/cb$/.test(redirectUri);
}
