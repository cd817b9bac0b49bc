// The contract check passes what is sound and names what is not.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkProvider } from '../../../src/gateway/contract/check-provider.ts';

const shipped = fileURLToPath(new URL('../../../providers/', import.meta.url));

const sound = `
title: Acme
baseUrl: https://api.acme.invalid/v1
auth: { kind: header, name: authorization, prefix: "Bearer " }
dialects: { openai-chat: { operations: [chat] } }
`;

/** Writes a provider directory, checks it and returns the failures as `name: detail`. */
async function failuresOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'contract-'));
  const directory = join(root, 'providers', 'acme');
  try {
    await mkdir(directory, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    const results = await checkProvider(directory);
    return results.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  } finally {
    await rm(root, { recursive: true });
  }
}

function code(body: string): string {
  return `import { provider } from 'portico';\nexport default provider(() => (${body}));\n`;
}

// Those without code: test/providers/vendors.test.ts.
test('every shipped provider with code passes', async () => {
  const names = (await readdir(shipped)).filter((name) => existsSync(join(shipped, name, 'index.ts')));
  assert.ok(names.length > 0);
  for (const name of names) {
    const results = await checkProvider(join(shipped, name));
    assert.ok(results.length > 10, `${name} is hardly checked`);
    assert.deepEqual(
      results.filter(({ ok }) => !ok),
      [],
      name,
    );
  }
});

test('results are heard of as they come', async () => {
  const heard: string[] = [];
  const results = await checkProvider(join(shipped, 'gemini'), { onResult: ({ name }) => heard.push(name) });
  assert.deepEqual(
    heard,
    results.map(({ name }) => name),
  );
});

test('a dozen lines of YAML are a sound provider; own paths, headers and fields are honoured', async () => {
  assert.deepEqual(await failuresOf({ 'provider.yaml': sound }), []);
  const rich = `
title: Acme
auth: { kind: query, name: token }
headers: { x-acme: "1" }
dialects: { openai-chat: { operations: [chat, opaque], paths: { chat: "/deployments/{model}/chat?version=2" } } }
parameters: { rename: { max_completion_tokens: max_tokens }, drop: [store] }
`;
  assert.deepEqual(await failuresOf({ 'provider.yaml': rich }), []);
});

test('a manifest that is not valid is named with line and column', async () => {
  const [failure] = await failuresOf({ 'provider.yaml': sound.replace('title', 'tilte') });
  assert.match(failure ?? '', /^manifest: .*provider\.yaml:2:1 .*tilte/);
});

test('code that does not load, or is none, is named', async () => {
  const broken = await failuresOf({ 'provider.yaml': sound, 'index.ts': 'throw new Error("no luck");' });
  assert.match(broken.join(), /^code: .*no luck/);
  const other = await failuresOf({ 'provider.yaml': sound, 'index.ts': 'export default 1;' });
  assert.match(other.join(), /^code: .*export default/);
});

test('a credential in a second place is named', async () => {
  const leak = code('{ prepare(request) { request.headers["x-copy"] = request.headers.authorization; } }');
  assert.match((await failuresOf({ 'provider.yaml': sound, 'index.ts': leak })).join(), /credentials: .*header x-copy/);
  const path = code('{ prepare(request) { request.path += "&k=" + request.headers.authorization.slice(7); } }');
  assert.match((await failuresOf({ 'provider.yaml': sound, 'index.ts': path })).join(), /credentials: .*query k/);
});

test('a lost header is named', async () => {
  const lossy = code('{ prepare(request) { delete request.headers["x-kept"]; } }');
  assert.match(
    (await failuresOf({ 'provider.yaml': sound, 'index.ts': lossy })).join(),
    /chat: body: a header .* lost/,
  );
});

test('settings the directory cannot do without are named', async () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Acme',
    description: 'Settings of Acme.',
    type: 'object',
    additionalProperties: false,
    required: ['region'],
    properties: { region: { type: 'string', description: 'Where it is.' } },
  };
  const files = { 'provider.yaml': sound, 'schema.json': JSON.stringify(schema) };
  assert.match((await failuresOf(files)).join(), /^settings: .*region/);
});

test('answers in memory are looked at: no JSON, no end of a stream', async () => {
  const serve = `{ serve(request, response) {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\\n\\n');
    });
  } }`;
  const failures = await failuresOf({ 'provider.yaml': sound, 'index.ts': code(serve) });
  assert.match(failures.join('\n'), /chat: answer: /);
  assert.match(failures.join('\n'), /chat: stream: /);
});

test('a directory that is not there, or not among providers, is named', async () => {
  assert.match((await checkProvider(join(shipped, 'nobody')))[0]?.detail ?? '', /no directory/);
  assert.match((await checkProvider(join(shipped, '..')))[0]?.detail ?? '', /named providers/);
});
