import { randomBytes } from 'node:crypto';

/** What every model of the sandbox says, in the pieces it streams; and what that costs. */
export const replyPieces: readonly string[] = ['Hello', ' from', ' the', ' MegaLLM', ' sandbox.'];
export const replyText = replyPieces.join('');
export const inputTokens = 8;
export const outputTokens = replyPieces.length;

/** Any model name is taken: the tools ask for models of their own choice. */
export function requestedModel(body: Record<string, unknown> | undefined): string | undefined {
  return typeof body?.model === 'string' && body.model !== '' ? body.model : undefined;
}

export function newId(prefix: string): string {
  return `${prefix}${randomBytes(12).toString('hex')}`;
}
