// ccproxy's configuration taken over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeOver } from './take-over.ts';

const text = `
disabled_plugins = ["duckdb_storage"]
[server]
host = "127.0.0.1"
port = 8000
[http]
connect_timeout = 5
[security]
auth_token = "a-token-of-some-length"
[logging]
level = "DEBUG"
[plugins.codex]
enabled = false
[plugins.claude_api]
enabled = true
model_mappings = [
  { match = "large", target = "claude-sonnet-4-5", kind = "prefix" },
  { match = "^x", target = "y", kind = "regex" },
]
`;

test('providers that are on become providers with a route of their own', async () => {
  const { config, secrets } = await takeOver('ccproxy', text);
  assert.deepEqual(config.listeners, [{ name: 'api', host: '127.0.0.1', port: 8000 }]);
  assert.deepEqual(config.providers, [{ name: 'anthropic', timeouts: { connect: 5000 } }]);
  assert.deepEqual(
    config.routes?.map(({ paths }) => paths),
    [['/'], ['/claude']],
  );
  assert.deepEqual(config.models, [{ name: 'large*', targets: ['anthropic/claude-sonnet-4-5'] }]);
  assert.equal(secrets.get('key-client'), 'a-token-of-some-length');
  assert.deepEqual(config.logging, { level: 'debug' });
});

test('both providers are on where the file says nothing', async () => {
  const { config } = await takeOver('ccproxy', 'x = 1\n');
  assert.deepEqual(
    config.providers.map(({ name }) => name),
    ['anthropic', 'codex'],
  );
});

test('logins are to be taken over; mappings by expression are told', async () => {
  const { told } = await takeOver('ccproxy', text);
  assert.deepEqual(told('todo'), ['plugins.claude_api']);
  assert.ok(told('dropped').includes('plugins.claude_api.model_mappings[1]'));
  assert.ok(told('dropped').includes('disabled_plugins') === false);
});
