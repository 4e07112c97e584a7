import { type Answer, events, json } from './answers.ts';
import { serviceError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { inputTokens, newId, outputTokens, replyPieces, replyText, requestedModel } from './reply.ts';
import { jsonObject } from './requests.ts';

const usage = {
  input_tokens: inputTokens,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: outputTokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: inputTokens + outputTokens,
};

/** OpenAI's responses, platform.openai.com/docs/api-reference/responses and /responses-streaming: all that Codex speaks. */
export function createResponse({ request }: Exchange): Answer {
  const body = jsonObject(request);
  const model = requestedModel(body);
  if (body === undefined) return serviceError(400, 'invalid_json', 'The body is not a JSON object.');
  if (model === undefined) return serviceError(400, 'missing_model', 'model is required.');
  if (typeof body.input !== 'string' && !Array.isArray(body.input)) {
    return serviceError(400, 'missing_input', 'input is required.');
  }
  const begun = {
    id: newId('resp_'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'in_progress',
    error: null,
    model,
    output: [],
    usage: null,
  };
  const itemId = newId('msg_');
  if (body.stream === true) return events(streamed(begun, itemId));
  return json(200, { ...begun, status: 'completed', output: [outputItem(itemId, 'completed')], usage });
}

const textPart = (text: string) => ({ type: 'output_text', text, annotations: [] });

function outputItem(id: string, status: 'in_progress' | 'completed') {
  const content = status === 'completed' ? [textPart(replyText)] : [];
  return { id, type: 'message', status, role: 'assistant', content };
}

function* streamed(begun: object, itemId: string) {
  let sequence_number = 0;
  const event = (name: string, rest: object) => ({
    name,
    data: { type: name, sequence_number: sequence_number++, ...rest },
  });
  const item = outputItem(itemId, 'completed');
  const place = { item_id: itemId, output_index: 0, content_index: 0 };
  yield event('response.created', { response: begun });
  yield event('response.in_progress', { response: begun });
  yield event('response.output_item.added', { output_index: 0, item: outputItem(itemId, 'in_progress') });
  yield event('response.content_part.added', { ...place, part: textPart('') });
  for (const delta of replyPieces) yield event('response.output_text.delta', { ...place, delta });
  yield event('response.output_text.done', { ...place, text: replyText });
  yield event('response.content_part.done', { ...place, part: textPart(replyText) });
  yield event('response.output_item.done', { output_index: 0, item });
  yield event('response.completed', { response: { ...begun, status: 'completed', output: [item], usage } });
}
