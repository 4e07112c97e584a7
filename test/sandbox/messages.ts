import { type Answer, events, json } from './answers.ts';
import { anthropicError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { inputTokens, newId, outputTokens, replyPieces, replyText, requestedModel } from './reply.ts';
import { jsonObject } from './requests.ts';

/** Anthropic's messages, docs.anthropic.com/en/api/messages and /messages-streaming. */
export function createMessage({ request }: Exchange): Answer {
  const body = jsonObject(request);
  const model = requestedModel(body);
  if (body === undefined) return anthropicError(400, 'invalid_json', 'The body is not a JSON object.');
  if (model === undefined) return anthropicError(400, 'missing_model', 'model: Field required');
  if (typeof body.max_tokens !== 'number') {
    return anthropicError(400, 'missing_max_tokens', 'max_tokens: Field required');
  }
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    return anthropicError(400, 'missing_messages', 'messages: Field required');
  }
  const message = {
    id: newId('msg_'),
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: 0 },
  };
  if (body.stream === true) return events(streamed(message));
  return json(200, {
    ...message,
    content: [{ type: 'text', text: replyText }],
    stop_reason: 'end_turn',
    usage: { input_tokens: inputTokens, output_tokens: outputTokens },
  });
}

function* streamed(message: object) {
  const event = (name: string, rest: object = {}) => ({ name, data: { type: name, ...rest } });
  yield event('message_start', { message });
  yield event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  yield event('ping');
  for (const text of replyPieces) {
    yield event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
  }
  yield event('content_block_stop', { index: 0 });
  yield event('message_delta', {
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: outputTokens },
  });
  yield event('message_stop');
}
