// Images given by URL, where the upstream's dialect takes their bytes only.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluginEntry } from '../../support/gateway.ts';
import { Service } from '../../support/service.ts';
import { rigOf, sent } from './rig.ts';

const loopback = ['127.0.0.0/8'];

function fetching(networks: readonly string[], fetch = true) {
  const media = { fetch, maxBytes: 1000, timeout: 5000, networks };
  return {
    plugins: [
      pluginEntry('auth', { query: true }),
      pluginEntry('translator', { media }),
      pluginEntry('balancer', { strategy: 'fill-first', attempts: 3 }),
    ],
  };
}

function looking(url: string) {
  const content = [
    { type: 'text', text: 'What is this?' },
    { type: 'image_url', image_url: { url } },
    { type: 'image_url', image_url: { url } },
  ];
  return { messages: [{ role: 'user', content }] };
}

async function pictures() {
  let asked = 0;
  const service = await Service.start((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'image/png');
    response.end('a picture');
  });
  return { service, asked: () => asked };
}

test('an image at a URL arrives as data, fetched once', async () => {
  const { service, asked } = await pictures();
  await using _ = service;
  await using rig = await rigOf('gemini', {}, fetching(loopback));
  const response = await rig.ask('openai-chat', false, looking(`${service.url}/a.png`));
  assert.equal(response.status, 200);
  const [{ parts }] = sent(rig.upstream.last).contents as [{ parts: unknown[] }];
  const inlineData = { mimeType: 'image/png', data: Buffer.from('a picture').toString('base64') };
  assert.deepEqual(parts, [{ text: 'What is this?' }, { inlineData }, { inlineData }]);
  assert.equal(asked(), 1);
});

test('an upstream that takes URLs is given them: nothing is fetched', async () => {
  const { service, asked } = await pictures();
  await using _ = service;
  await using rig = await rigOf('anthropic-messages', {}, fetching(loopback));
  assert.equal((await rig.ask('openai-chat', false, looking(`${service.url}/a.png`))).status, 200);
  assert.match(rig.upstream.last.body.toString(), /"url":"http:/);
  assert.equal(asked(), 0);
});

test('off, or where its address is not public, the request is refused and nobody is asked', async () => {
  const { service, asked } = await pictures();
  await using _ = service;
  for (const wanted of [fetching(loopback, false), fetching([])]) {
    await using rig = await rigOf('gemini', {}, wanted);
    const response = await rig.ask('openai-chat', false, looking(`${service.url}/a.png`));
    assert.equal(response.status, 400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    assert.equal(error.code, 'untranslatable');
    assert.match(error.message, /base64/);
    assert.equal(rig.upstream.requests.length, 0);
  }
  assert.equal(asked(), 0);
});
