import { type Answer, json } from './answers.ts';

export type ErrorForm = (status: number, code: string, message: string) => Answer;

const typeOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

function typeOf(status: number): string {
  return typeOfStatus[status] ?? 'api_error';
}

/** The documented form: `{"error":{"message","type","code"}}`. */
export const serviceError: ErrorForm = (status, code, message) =>
  json(status, { error: { message, type: typeOf(status), code } });

/** Anthropic's form (docs.anthropic.com/en/api/errors), with the documented `code` beside its two members. */
export const anthropicError: ErrorForm = (status, code, message) =>
  json(status, { type: 'error', error: { type: typeOf(status), message, code } });

/** OAuth's form, RFC 6749 section 5.2. */
export const oauthError: ErrorForm = (status, code, message) =>
  json(status, { error: code, error_description: message });
