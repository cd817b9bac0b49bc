// Every preset takes the requests of its client for what they are, and nothing takes a bare curl for a client.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { knowClients } from '../../../plugins/client-filter/decide.ts';
import { type Sample, tryOn } from '../../../plugins/client-filter/try-on.ts';

const strict = { mode: 'strict', clients: [], custom: [], bodyLimit: 1 << 21 } as const;
const blank = { path: '/v1/messages', operation: 'chat', body: undefined } as const;

const browser = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko)';
const claudeHeaders = { 'x-app': 'cli', 'anthropic-version': '2023-06-01', 'x-stainless-lang': 'js' };

/** Headers as the clients send them; the versions are not those of any preset, for there are none in it. */
const requests: Record<string, Partial<Sample> & { headers: Record<string, string> }> = {
  'claude-code': {
    headers: { ...claudeHeaders, 'user-agent': 'claude-cli/2.1.197 (external, sdk-cli)' },
    body: '{"metadata":{"user_id":"{\\"session_id\\":\\"1\\"}"}}',
  },
  codex: {
    path: '/v1/responses',
    headers: { originator: 'codex_exec', 'user-agent': 'codex_exec/0.169.0 (Debian 12.0.0; x86_64) unknown' },
  },
  'gemini-cli': {
    path: '/v1beta/models/x:streamGenerateContent',
    headers: {
      'user-agent': 'GeminiCLI-tui/0.61.0/model (linux; x64; terminal)',
      'x-goog-api-client': 'google-genai-sdk/1.30.0 gl-node/v20.20.2',
    },
  },
  'cherry-studio': { headers: { 'user-agent': `${browser} CherryStudio/1.9.0 Chrome/138.0 Electron/37.2` } },
  cursor: { headers: { 'user-agent': `${browser} Cursor/3.1.0 Chrome/138.0` } },
  cline: { headers: { 'user-agent': 'Cline/3.40.0', 'x-title': 'Cline', 'http-referer': 'https://cline.bot' } },
  roo: { headers: { 'user-agent': 'RooCode/3.36.0', 'x-title': 'Roo Code' } },
  'open-webui': { headers: { 'user-agent': 'Python/3.11 aiohttp/3.12', 'x-title': 'Open WebUI' } },
  'openai-sdk': { headers: { 'user-agent': 'AsyncOpenAI/Python 9.0.0', 'x-stainless-lang': 'python' } },
  'anthropic-sdk': {
    headers: { 'user-agent': 'Anthropic/JS 9.0.0', 'x-stainless-lang': 'js', 'anthropic-version': '2023-06-01' },
  },
  'google-genai-sdk': {
    headers: { 'user-agent': 'google-genai-sdk/9.1 gl-node/v24', 'x-goog-api-client': 'google-genai-sdk/9.1' },
  },
};

test('every preset has a request here', () => {
  const names = knowClients(strict).allowed.map(({ name }) => name);
  assert.deepEqual(names.sort(), Object.keys(requests).sort());
});

for (const [name, request] of Object.entries(requests)) {
  test(`${name}: its request passes, a bare curl does not, nor one that only borrows the name`, async () => {
    const settings = { ...strict, clients: [name] };
    const taken = await tryOn(settings, { ...blank, ...request });
    assert.deepEqual([taken.allowed, taken.client], [true, name]);
    const curl = await tryOn(settings, { ...blank, headers: { 'user-agent': 'curl/8.5.0', accept: '*/*' } });
    assert.deepEqual([curl.allowed, curl.client], [false, undefined]);
  });
}

test('strict wants more than the user agent where the client always sends more', async () => {
  for (const name of ['claude-code', 'codex', 'gemini-cli', 'openai-sdk', 'anthropic-sdk', 'google-genai-sdk']) {
    const agent = { 'user-agent': requests[name]?.headers['user-agent'] ?? '' };
    assert.equal((await tryOn({ ...strict, clients: [name] }, { ...blank, headers: agent })).allowed, false, name);
    const simple = { ...strict, mode: 'simple', clients: [name] } as const;
    assert.equal((await tryOn(simple, { ...blank, headers: agent })).allowed, true, name);
  }
});

test('versions to come and entry points to come are let through', async () => {
  const settings = { ...strict, clients: ['claude-code', 'codex', 'gemini-cli'] };
  for (const agent of ['claude-cli/3.0.0', 'claude-cli/10.20.30-beta.1 (external, claude-vscode, agent-sdk/9)']) {
    const headers = { ...claudeHeaders, 'user-agent': agent };
    assert.equal((await tryOn(settings, { ...blank, headers })).client, 'claude-code', agent);
  }
  for (const agent of ['codex_vscode/1.0.0', 'codex_cli_rs/2.0', 'codex-tui/0.200.0']) {
    const headers = { originator: agent.split('/')[0] ?? '', 'user-agent': agent };
    assert.equal((await tryOn(settings, { ...blank, headers })).client, 'codex', agent);
  }
});

test('count-tokens and model lists pass in strict without what only a chat has', async () => {
  const settings = { ...strict, clients: ['claude-code'] };
  const headers = { ...claudeHeaders, 'user-agent': 'claude-cli/2.1.197 (external, cli)' };
  const count = { path: '/v1/messages/count_tokens', operation: 'count-tokens', headers, body: '{}' } as const;
  const counted = await tryOn(settings, count);
  assert.deepEqual([counted.allowed, counted.clients[0]?.warned], [true, []]);
  const list = { path: '/v1/models', operation: 'models', headers: { 'user-agent': 'claude-cli/2.1' } } as const;
  assert.equal((await tryOn(settings, { ...list, body: undefined })).allowed, true);
});

test('the official SDKs, as they are, are recognised', async (t) => {
  const seen: Record<string, string>[] = [];
  const server = createServer((request, response) => {
    seen.push(Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])));
    response.writeHead(400, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const messages = [{ role: 'user' as const, content: 'x' }];
  const once = { apiKey: 'k', baseURL, maxRetries: 0 };
  await assert.rejects(new OpenAI(once).chat.completions.create({ model: 'm', messages }));
  await assert.rejects(new Anthropic(once).messages.create({ model: 'm', max_tokens: 1, messages }));
  const google = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: baseURL } });
  await assert.rejects(google.models.generateContent({ model: 'm', contents: 'x' }));
  const clients = await Promise.all(seen.map((headers) => tryOn(strict, { ...blank, headers })));
  assert.deepEqual(
    clients.map(({ client }) => client),
    ['openai-sdk', 'anthropic-sdk', 'google-genai-sdk'],
  );
});
