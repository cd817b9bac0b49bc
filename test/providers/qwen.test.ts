// Whatever a login or a file names as the host of an account, with or without its version, chats are asked for at one path.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { UpstreamRequest } from 'portico';
import qwen from '../../providers/qwen/index.ts';
import { checkProvider } from '../../src/gateway/contract/check-provider.ts';

const { prepare } = qwen({ name: 'qwen', settings: {}, signal: new AbortController().signal });

for (const [base, path] of [
  ['', '/v1/chat/completions'],
  ['/v1', '/v1/chat/completions'],
  ['/compatible-mode/v1', '/compatible-mode/v1/chat/completions'],
] as const) {
  test(`a base URL that ends with "${base}"`, () => {
    const request = { path: `${base}/v1/chat/completions?a=1` } as UpstreamRequest;
    prepare?.(request);
    assert.equal(request.path, `${path}?a=1`);
  });
}

test('it keeps the contract', async () => {
  const results = await checkProvider(fileURLToPath(new URL('../../providers/qwen', import.meta.url)));
  assert.ok(results.length > 10);
  assert.deepEqual(
    results.filter(({ ok }) => !ok),
    [],
  );
});
