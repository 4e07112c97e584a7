import { createHash, randomBytes } from 'node:crypto';

interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string;
}

type Redemption = { scopes: readonly string[] } | { refusal: string };

/** The authorization codes that are out. Any attempt to redeem one uses it up, as RFC 9700 section 4.5 advises. */
export class AuthorizationCodes {
  readonly #requests = new Map<string, AuthorizationRequest>();

  open(request: AuthorizationRequest): string {
    const code = randomBytes(24).toString('base64url');
    this.#requests.set(code, request);
    return code;
  }

  redeem(code: string, attempt: { clientId: string; redirectUri: string; verifier: string }): Redemption {
    const request = this.#requests.get(code);
    this.#requests.delete(code);
    if (request === undefined) return { refusal: 'This code is unknown or used.' };
    if (request.clientId !== attempt.clientId) return { refusal: 'This code is of another client.' };
    if (request.redirectUri !== attempt.redirectUri) return { refusal: 'redirect_uri does not match.' };
    // RFC 7636 section 4.1 gives the verifier's alphabet and length, section 4.6 the comparison.
    if (!/^[\w.~-]{43,128}$/.test(attempt.verifier)) return { refusal: 'code_verifier is malformed.' };
    const challenge = createHash('sha256').update(attempt.verifier).digest('base64url');
    if (challenge !== request.challenge) return { refusal: 'code_verifier does not match.' };
    return { scopes: request.scopes };
  }
}
