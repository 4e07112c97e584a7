import { type Answer, json } from './answers.ts';
import { withAnthropicKey, withBearer } from './authentication.ts';
import { completeChat } from './chat.ts';
import { serviceError } from './errors.ts';
import type { Exchange, Routes } from './exchange.ts';
import { createMessage } from './messages.ts';
import { jsonObject } from './requests.ts';
import { createResponse } from './responses.ts';

const respond = withBearer('api:use', createResponse);

export const gatewayRoutes: Routes = {
  // Claude Code asks this before anything else, without a key.
  'HEAD /api/hello': () => json(200, {}),
  'GET /v1/models': withBearer('api:use', listModels),
  'POST /v1/chat/completions': withBearer('api:use', completeChat),
  'POST /v1/messages': withAnthropicKey('api:use', createMessage),
  'POST /v1/embeddings': withBearer('api:use', embed),
  'POST /v1/responses': (exchange) =>
    exchange.world.switches.servesResponses
      ? respond(exchange)
      : serviceError(404, 'not_found', 'POST /v1/responses is not served here.'),
};

export function listModels({ world }: Exchange): Answer {
  return json(200, { object: 'list', data: world.models });
}

function embed({ request }: Exchange): Answer {
  const body = jsonObject(request);
  if (typeof body?.model !== 'string') return serviceError(400, 'missing_model', 'model is required.');
  const inputs = typeof body.input === 'string' ? [body.input] : body.input;
  if (!Array.isArray(inputs) || inputs.length === 0) {
    return serviceError(400, 'missing_input', 'input is required.');
  }
  return json(200, {
    object: 'list',
    model: body.model,
    data: inputs.map((_, index) => ({ object: 'embedding', index, embedding: [0.1, -0.2, 0.3] })),
    usage: { prompt_tokens: inputs.length, total_tokens: inputs.length },
  });
}
