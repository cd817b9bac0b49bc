// What a client is told of an answer in which something matched: whole or streamed, translated or not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { dialectNames } from '../../../src/dialects/index.ts';
import { dataOf, textIn } from '../../gateway/translate/rig.ts';
import { chatAnswer, chatStream, guarded, saying } from './guarded.ts';

const mail = { name: 'mail', kind: 'email', replacement: '[mail]', direction: 'response' };
const card = { name: 'card', kind: 'credit-card', direction: 'response' };
const settings = { rules: [mail, card] };
const cut = ['Write to a', 'nn@exam', 'ple.c', 'om or pay with 4111 1', '111 1111 11', '11. Bye'];
const told = 'Write to [mail] or pay with [redacted]. Bye';

for (const stream of [false, true]) {
  test(`clients of any dialect are told ${stream ? 'a stream' : 'an answer'} without what matches, cut anywhere`, async () => {
    await using rig = await guarded('openai-chat', settings);
    rig.upstream.answer = stream ? chatStream(cut) : chatAnswer({ content: cut.join('') });
    for (const dialect of dialectNames) {
      const { path, body } = saying(dialect, 'hello', stream);
      const answer = await rig.portico.post(path, body);
      assert.equal(answer.status, 200);
      const text = await answer.text();
      assert.equal(textIn(dialect, text), told, dialect);
      assert.doesNotMatch(text, /nn@|exampl|4111/);
    }
  });
}

for (const dialect of dialectNames) {
  test(`a client of ${dialect} whose upstream speaks it too is told the same`, async () => {
    const word = { name: 'greeting', pattern: '(?i)(?:good\\s+day|\\bhi\\b)(?: é é)?', direction: 'response' };
    await using rig = await guarded(dialect, { rules: [word] });
    for (const stream of [false, true]) {
      const { path, body } = saying(dialect, 'hello', stream);
      const text = await (await rig.portico.post(path, body)).text();
      assert.match(textIn(dialect, text), /^\[redacted\]/);
      assert.doesNotMatch(text, /good day|"hi/);
    }
  });
}

test('a stream that holds what is blocked ends with an error in any dialect, and never tells it', async () => {
  await using rig = await guarded('openai-chat', { rules: [{ ...mail, action: 'block' }] });
  rig.upstream.answer = chatStream(cut);
  for (const [at, dialect] of dialectNames.entries()) {
    const { path, body } = saying(dialect, 'hello', true);
    const text = await (await rig.portico.post(path, body)).text();
    assert.match(text, /what the rule \\"mail\\" does not let pass/, dialect);
    assert.doesNotMatch(text, /nn@|exampl|pay|\[DONE\]|message_stop|response\.completed/);
    await rig.portico.recorded(at + 1);
    assert.equal(rig.portico.records[at]?.error, 'content-blocked');
  }
});

test('a whole answer that holds what is blocked becomes an error', async () => {
  await using rig = await guarded(
    'openai-chat',
    { rules: [{ ...mail, action: 'block' }] },
    chatAnswer({ content: cut.join('') }),
  );
  const { path, body } = saying('openai-chat', 'hello');
  const answer = await rig.portico.post(path, body);
  assert.equal(answer.status, 400);
  const text = await answer.text();
  assert.match(text, /content_blocked/);
  assert.doesNotMatch(text, /ann@/);
});

test('arguments of tool calls are passed inside their strings, and stay JSON', async () => {
  const args = ['{"to":"a', 'nn\\u0040exam', 'ple.com","card":41111111', '11111111,"n":1', '}'];
  const calls = args.map((text, at) => ({
    tool_calls: [
      {
        index: 0,
        ...(at === 0 ? { id: 'call_1', type: 'function' } : {}),
        function: { ...(at === 0 ? { name: 'send' } : {}), arguments: text },
      },
    ],
  }));
  const call = { id: 'call_1', type: 'function', function: { name: 'send', arguments: args.join('') } };
  await using rig = await guarded('openai-chat', settings);
  const ask = async (stream: boolean) => {
    rig.upstream.answer = stream ? chatStream([], calls) : chatAnswer({ content: null, tool_calls: [call] });
    const { path, body } = saying('openai-chat', 'hello', stream);
    return (await rig.portico.post(path, body)).text();
  };
  const wanted = { to: '[mail]', card: '[redacted]', n: 1 };
  const whole = JSON.parse(await ask(false));
  assert.deepEqual(JSON.parse(whole.choices[0].message.tool_calls[0].function.arguments), wanted);
  const deltas = dataOf(await ask(true)).map(
    (data) => JSON.parse(data).choices[0]?.delta.tool_calls?.[0].function.arguments ?? '',
  );
  assert.deepEqual(JSON.parse(deltas.join('')), wanted);
});

test('reasoning passes the rules unless it is left alone; log probabilities are not told where something may be taken out', async () => {
  const logprobs = {
    content: [{ token: 'ann@example.com', logprob: 0, bytes: null, top_logprobs: [] }],
    refusal: null,
  };
  const message = { content: 'ok', reasoning_content: 'ann@example.com' };
  const ask = async (more: JsonObject) => {
    await using rig = await guarded('openai-chat', { ...settings, ...more }, chatAnswer(message, { logprobs }));
    const { path, body } = saying('openai-chat', 'hello');
    return (await rig.portico.post(path, body)).text();
  };
  assert.doesNotMatch(await ask({}), /ann@/);
  const alone = await ask({ reasoning: false });
  assert.match(alone, /"reasoning_content":"ann@example\.com"/);
  assert.doesNotMatch(alone, /"token"/);
});

test('citations keep pointing at the words they cite, and quote none that was taken out', async () => {
  const text = 'Ask ann@example.com about rain.';
  const url_citation = {
    url: 'https://x.test/?q=ann@example.com',
    title: 'of ann@example.com',
    start_index: 26,
    end_index: 30,
  };
  const message = { content: text, annotations: [{ type: 'url_citation', url_citation }] };
  await using rig = await guarded('openai-chat', settings, chatAnswer(message));
  const { path, body } = saying('openai-chat', 'hello');
  const answer = JSON.parse(await (await rig.portico.post(path, body)).text());
  const { content, annotations } = answer.choices[0].message;
  const { start_index: start, end_index: end, title, url } = annotations[0].url_citation;
  assert.equal(content, 'Ask [mail] about rain.');
  assert.equal(content.slice(start, end), text.slice(26, 30));
  assert.equal(title, 'of [mail]');
  assert.doesNotMatch(url, /ann@/);
});

test('rules that only log leave an answer its bytes, and count what streams hold once it has ended', async () => {
  const log = { rules: [{ ...mail, action: 'log' }] };
  await using rig = await guarded('openai-chat', log, chatStream(cut));
  const { path, body } = saying('openai-chat', 'hello', true);
  const text = await (await rig.portico.post(path, body)).text();
  await using plain = await guarded('openai-chat', { rules: [{ ...mail, direction: 'request' }] }, chatStream(cut));
  assert.equal(text, await (await plain.portico.post(path, body)).text());
  await rig.portico.recorded(1);
  const lines = rig.portico.lines.filter(({ source }) => source === 'guard');
  assert.deepEqual(
    lines.map(({ fields }) => [fields?.rule, fields?.direction, fields?.matches]),
    [['mail', 'response', 1]],
  );
  assert.doesNotMatch(JSON.stringify(rig.portico.lines), /nn@|exampl/);
});

test('without rules for answers their bytes are not touched', async () => {
  const odd =
    '{"id":"c1", "choices":[ {"index":0,"message":{"role":"assistant","content":"a@b.co"},"finish_reason":"stop"}]}';
  await using rig = await guarded('openai-chat', { rules: [{ ...mail, direction: 'request' }] }, (res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end(odd);
  });
  const { path, body } = saying('openai-chat', 'hello');
  assert.equal(await (await rig.portico.post(path, body)).text(), odd);
});

test('a stream goes on while nothing could match: only the tail waits', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using rig = await guarded('openai-chat', settings, async (res) => {
    const chunk = (content: string) =>
      `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] })}\n\n`;
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(chunk('Hello there, '));
    await promise;
    res.end(`${chunk('you.')}data: [DONE]\n\n`);
  });
  const { path, body } = saying('openai-chat', 'hello', true);
  const answer = await rig.portico.post(path, body);
  const reader = answer.body?.getReader();
  let seen = '';
  while (!seen.includes('Hello there, ')) seen += Buffer.from((await reader?.read())?.value ?? '').toString();
  resolve();
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read())
    seen += Buffer.from(next.value).toString();
  assert.match(seen, /you\./);
});
