import { type Answer, events, json } from './answers.ts';
import { serviceError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { inputTokens, newId, outputTokens, replyPieces, replyText, requestedModel } from './reply.ts';
import { isObject, jsonObject } from './requests.ts';

const usage = {
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
};

/** OpenAI's chat completions, platform.openai.com/docs/api-reference/chat. */
export function completeChat({ request }: Exchange): Answer {
  const body = jsonObject(request);
  const model = requestedModel(body);
  if (body === undefined) return serviceError(400, 'invalid_json', 'The body is not a JSON object.');
  if (model === undefined) return serviceError(400, 'missing_model', 'model is required.');
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    return serviceError(400, 'missing_messages', 'messages is required.');
  }
  const head = { id: newId('chatcmpl-'), created: Math.floor(Date.now() / 1000), model };
  if (body.stream === true) {
    const withUsage = isObject(body.stream_options) && body.stream_options.include_usage === true;
    return events(chunks(head, withUsage));
  }
  const message = { role: 'assistant', content: replyText };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return json(200, { ...head, object: 'chat.completion', choices, usage });
}

function* chunks(head: object, withUsage: boolean) {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    data: { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] },
  });
  yield chunk({ role: 'assistant', content: '' });
  for (const content of replyPieces) yield chunk({ content });
  yield chunk({}, 'stop');
  if (withUsage) yield { data: { ...head, object: 'chat.completion.chunk', choices: [], usage } };
  yield { data: '[DONE]' };
}
