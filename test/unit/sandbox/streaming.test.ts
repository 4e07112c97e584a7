import { describe, expect, it } from 'vitest';
import { replyText } from '../../sandbox/reply.ts';
import { call, freshSandbox } from './call.ts';

const messages = [{ role: 'user', content: 'Hello!' }];

/** The events of a stream: the name, where there is one, and the data. */
function eventsIn(body: string) {
  return body
    .trimEnd()
    .split('\n\n')
    .map((block) => {
      const fields = /^(?:event: (\S+)\n)?data: (.*)$/.exec(block);
      const data = fields?.[2] ?? '';
      return { name: fields?.[1], data: data === '[DONE]' ? data : JSON.parse(data) };
    });
}

async function streamed(path: string, body: object) {
  const sandbox = await freshSandbox();
  const { key } = sandbox.issueKey();
  const reply = await call(sandbox.url + path, { key, body: { model: 'gpt-5', ...body, stream: true } });
  expect(reply.status).toBe(200);
  expect(reply.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
  expect(reply.headers['content-type']).toContain('text/event-stream');
  return eventsIn(reply.body);
}

describe('streams', () => {
  it('chat completions: unnamed chunks, usage on request, [DONE]', async () => {
    const events = await streamed('/v1/chat/completions', {
      messages,
      stream_options: { include_usage: true },
    });
    expect(events.every(({ name }) => name === undefined)).toBe(true);
    expect(events.at(-1)?.data).toBe('[DONE]');
    expect(events.at(-2)?.data).toMatchObject({ choices: [], usage: { prompt_tokens: 8 } });
    const text = events.slice(0, -2).map(({ data }) => data.choices[0].delta.content ?? '');
    expect(text.join('')).toBe(replyText);
    expect(events.at(-3)?.data.choices[0].finish_reason).toBe('stop');
  });

  it('messages: the Anthropic events in order', async () => {
    const events = await streamed('/v1/messages', { messages, max_tokens: 9 });
    expect([...new Set(events.map(({ name }) => name))]).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events.every(({ name, data }) => name === data.type)).toBe(true);
    expect(events.map(({ data }) => data.delta?.text ?? '').join('')).toBe(replyText);
  });

  it('responses: numbered events from created to completed', async () => {
    const events = await streamed('/v1/responses', { input: 'Hello!' });
    expect(events.map(({ data }) => data.sequence_number)).toEqual(events.map((_, index) => index));
    expect([events[0]?.name, events.at(-1)?.name]).toEqual(['response.created', 'response.completed']);
    expect(events.at(-1)?.data.response.output[0].content[0].text).toBe(replyText);
    const deltas = events.filter(({ name }) => name === 'response.output_text.delta');
    expect(deltas.map(({ data }) => data.delta).join('')).toBe(replyText);
  });

  it('answers the same text whole where no stream is asked for', async () => {
    const sandbox = await freshSandbox();
    const { key } = sandbox.issueKey();
    const ask = async (path: string, body: object) =>
      (await call(sandbox.url + path, { key, body: { model: 'm', ...body } })).json;
    expect((await ask('/v1/chat/completions', { messages })).choices[0].message.content).toBe(replyText);
    expect((await ask('/v1/messages', { messages, max_tokens: 9 })).content[0].text).toBe(replyText);
    expect((await ask('/v1/responses', { input: 'Hello!' })).output[0].content[0].text).toBe(replyText);
  });
});
