// What a preview shows is what the upstream would be sent, and an answer's what the client would be told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { dialectNames } from '../../../src/dialects/index.ts';
import { previewRequest } from '../../../src/gateway/translate/preview.ts';
import { previewAnswer } from '../../../src/gateway/translate/preview-answer.ts';
import { json } from '../../support/upstream.ts';
import { asking, rigOf, sent, textIn, upstreamOf } from './rig.ts';

for (const to of dialectNames) {
  test(`requests led to ${to} are previewed as they are sent`, async () => {
    await using rig = await rigOf(to);
    for (const from of dialectNames.filter((name) => name !== to)) {
      for (const stream of [false, true]) {
        const more: JsonObject = from === 'gemini' ? { generationConfig: { temperature: 0.5 } } : { temperature: 0.5 };
        await (await rig.ask(from, stream, more)).text();
        const body = { ...asking(from, stream).body, ...more };
        const wish = { from, to, operation: 'chat', body, model: 'model-a', stream, provider: undefined } as const;
        const preview = previewRequest(wish);
        assert.equal(preview.path, rig.upstream.last.path, `${from}, ${stream}`);
        assert.deepEqual(JSON.parse(JSON.stringify(preview.body)), sent(rig.upstream.last), `${from}, ${stream}`);
      }
    }
  });
}

test('answers are previewed as clients are told them', async () => {
  for (const to of dialectNames) {
    let answer = '';
    await using rig = await rigOf(to);
    const tell = upstreamOf(to);
    rig.upstream.answer = (res, seen) => {
      const end = res.end.bind(res) as (text: string) => typeof res;
      res.end = ((text: string) => {
        answer = text;
        return end(text);
      }) as typeof res.end;
      return tell(res, seen);
    };
    for (const from of dialectNames.filter((name) => name !== to)) {
      const told = await (await rig.ask(from)).text();
      const request = asking(from).body;
      const wish = { from, to, operation: 'chat', text: answer, stream: false, status: 200, request } as const;
      const { body } = previewAnswer({ ...wish, model: 'model-a', origin: undefined });
      assert.equal(textIn(from, JSON.stringify(body)), textIn(from, told));
      assert.notEqual(textIn(from, told), '');
    }
  }
});

test('errors are previewed with the status and code clients get', async () => {
  await using rig = await rigOf('gemini');
  const error = { error: { code: 429, message: 'Slow.', status: 'RESOURCE_EXHAUSTED' } };
  rig.upstream.answer = json(error, 429);
  const response = await rig.ask('openai-chat');
  const told = (await response.json()) as { error: JsonObject };
  const wish = { from: 'openai-chat', to: 'gemini', operation: 'chat', stream: false, status: 429 } as const;
  const text = JSON.stringify(error);
  const preview = previewAnswer({ ...wish, text, request: undefined, model: undefined, origin: undefined });
  const shown = (preview.body as { error: JsonObject }).error;
  assert.deepEqual([preview.status, shown.code, shown.type], [response.status, told.error.code, told.error.type]);
});
