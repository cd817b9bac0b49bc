// The words of the management paths that other gateways' tools send lead to provider directories that are shipped.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../../src/config/load.ts';
import { root } from '../../support/gateway.ts';
import { keyed, serveLogins } from './served.ts';

const words = {
  anthropic: 'anthropic',
  codex: 'codex',
  'gemini-cli': 'gemini',
  antigravity: 'antigravity',
  qwen: 'qwen',
  iflow: 'iflow',
  kimi: 'kimi',
  xai: 'xai',
};

test('each word begins a login of its directory', async (context) => {
  const providers = Object.values(words).map((use) => ({ name: `my-${use}`, use, oauth: { clientId: 'mine' } }));
  const path = join(root, 'gateway-of-a-test.yaml');
  const text = JSON.stringify({ version: 1, providers });
  const { logins = [], issues } = await load({ file: path, documents: [{ path, text }], env: {}, builtin: root });
  assert.deepEqual(
    issues.filter(({ severity }) => severity === 'error'),
    [],
  );
  const scene = await serveLogins(context, { remote: false });
  scene.facts = [...logins];
  for (const [word, use] of Object.entries(words)) {
    assert.equal((await scene.ask('GET', `/v0/management/${word}-auth-url`, keyed)).status, 200, word);
    assert.equal(scene.driven.at(-1)?.facts.use, use);
  }
});
