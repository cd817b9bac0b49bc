// The official SDKs beyond chat: images, audio, files, batches.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { toFile as claudeFile } from '@anthropic-ai/sdk';
import { toFile } from 'openai';
import { narrowKey, sdksFor, startPortico } from './portico.ts';

const portico = await startPortico();
after(() => portico[Symbol.asyncDispose]());
const { openai, anthropic, gemini } = sdksFor(portico.url);
const model = 'mock-echo';
const sound = () => toFile(Buffer.alloc(4000, 'sound'), 'a.wav');

test('images: made, edited, varied, and as a stream', async () => {
  const made = await openai.images.generate({ model, prompt: 'a dot', n: 2 });
  assert.equal(made.data?.length, 2);
  assert.deepEqual(
    Buffer.from(made.data?.[0]?.b64_json ?? '', 'base64')
      .subarray(1, 4)
      .toString(),
    'PNG',
  );
  const image = await toFile(Buffer.from('png'), 'a.png', { type: 'image/png' });
  const edited = await openai.images.edit({ model: 'alias', image, prompt: 'greyer' });
  assert.equal(edited.data?.length, 1);
  assert.equal((await openai.images.createVariation({ model, image })).data?.length, 1);
  const types = [];
  for await (const event of await openai.images.generate({ model, prompt: 'a dot', stream: true }))
    types.push(event.type);
  assert.deepEqual(types, ['image_generation.partial_image', 'image_generation.completed']);
});

test('speech comes as bytes', async () => {
  const spoken = await openai.audio.speech.create({ model: 'alias', voice: 'alloy', input: 'hello there' });
  const bytes = Buffer.from(await spoken.arrayBuffer());
  assert.equal(spoken.headers.get('content-type'), 'audio/wav');
  assert.deepEqual([bytes.subarray(0, 4).toString(), bytes.length], ['RIFF', 44 + 11 * 400]);
});

test('a recording is transcribed, whole, as text and as a stream, and translated', async () => {
  const heard = 'The mock heard a.wav, 4000 bytes.';
  const whole = await openai.audio.transcriptions.create({ file: await sound(), model: 'alias' });
  assert.equal(whole.text, heard);
  const text = await openai.audio.transcriptions.create({ file: await sound(), model, response_format: 'text' });
  assert.equal(String(text).trim(), heard);
  const stream = await openai.audio.transcriptions.create({ file: await sound(), model, stream: true });
  let deltas = '';
  for await (const event of stream) if (event.type === 'transcript.text.delta') deltas += event.delta;
  assert.equal(deltas, heard);
  assert.equal((await openai.audio.translations.create({ file: await sound(), model })).text, heard);
});

test('a recording is sent from a file while it is read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'portico-'));
  try {
    const path = join(directory, 'long.wav');
    await writeFile(path, Buffer.alloc(5_000_000, 'sound'));
    const heard = await openai.audio.transcriptions.create({ file: createReadStream(path), model: 'alias' });
    assert.equal(heard.text, 'The mock heard long.wav, 5000000 bytes.');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a file is made, listed, found, read and deleted, and a batch works on it', async () => {
  const content = '{"custom_id":"a"}\n';
  const made = await openai.files.create({ file: await toFile(Buffer.from(content), 'in.jsonl'), purpose: 'batch' });
  assert.deepEqual([made.filename, made.bytes, made.purpose], ['in.jsonl', content.length, 'batch']);
  assert.deepEqual(await openai.files.retrieve(made.id), made);
  assert.equal(await (await openai.files.content(made.id)).text(), content);
  assert.equal((await openai.files.list()).data.length, 1);
  const wanted = { input_file_id: made.id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;
  const batch = await openai.batches.create(wanted);
  const done = await openai.batches.retrieve(batch.id);
  assert.deepEqual([batch.status, done.status, done.input_file_id], ['validating', 'completed', made.id]);
  assert.match(await (await openai.files.content(done.output_file_id ?? '')).text(), /custom_id/);
  assert.equal((await openai.batches.cancel(batch.id)).status, 'cancelling');
  assert.equal((await openai.files.delete(made.id)).deleted, true);
});

test('files and batches of the Messages dialect', async () => {
  const file = await claudeFile(Buffer.from('hello'), 'a.txt');
  const made = await anthropic.beta.files.upload({ file });
  assert.deepEqual([made.filename, made.size_bytes], ['a.txt', 5]);
  assert.equal((await anthropic.beta.files.retrieveMetadata(made.id)).id, made.id);
  assert.equal((await anthropic.beta.files.delete(made.id)).type, 'file_deleted');
  const params = { model, max_tokens: 1, messages: [{ role: 'user' as const, content: 'hi' }] };
  const batch = await anthropic.messages.batches.create({ requests: [{ custom_id: 'one', params }] });
  assert.equal(batch.processing_status, 'in_progress');
  const results = [];
  for await (const result of await anthropic.messages.batches.results(batch.id)) results.push(result.custom_id);
  assert.deepEqual(results, ['one']);
});

test('a file of the Gemini dialect is uploaded in its two steps', async () => {
  const made = await gemini.files.upload({
    file: new Blob(['hello']),
    config: { mimeType: 'text/plain', displayName: 'a' },
  });
  assert.deepEqual([made.displayName, made.sizeBytes, made.mimeType], ['a', '5', 'text/plain']);
  assert.equal((await gemini.files.get({ name: made.name ?? '' })).name, made.name);
  const names = [];
  for await (const file of await gemini.files.list()) names.push(file.displayName);
  assert.deepEqual(names, ['example.txt']);
});

test('a key for certain models transcribes with those only', async () => {
  const narrow = sdksFor(portico.url, narrowKey).openai;
  const asking = { file: await sound(), model: 'mock-tools' };
  await assert.rejects(narrow.audio.transcriptions.create(asking), { status: 403 });
  assert.ok(await narrow.audio.transcriptions.create({ ...asking, file: await sound(), model }));
});
