// portico import: what is printed and written, and what is refused.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { imported } from '../importers/take-over.ts';

const text = `model_list:
  - { model_name: large, litellm_params: { model: openai/large-1, api_key: sk-literal-0123456789 } }
general_settings: { master_key: sk-1234567890abcdef, database_url: "postgres://x" }
`;

test('the configuration is printed with a report beside it; nothing is written', async (t) => {
  const { said, desk } = await imported(t, 'litellm', 'config.yaml', text);
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /targets:\n {6}- model: openai\/large-1/);
  assert.match(said.error, /left out {2}general_settings\.database_url/);
  assert.match(said.error, /2 secrets kept out of it/);
  assert.ok(!`${said.out}${said.error}`.includes('sk-literal'));
  await assert.rejects(stat(join(desk.directory, 'secrets')));
});

test('--out writes a file that check takes, and the secrets beside it for nobody else to read', async (t) => {
  const { said, desk } = await imported(t, 'litellm', 'config.yaml', text, '--out', 'gateway.yaml');
  assert.equal(said.code, 0, said.error);
  const secret = join(desk.directory, 'secrets/openai-main');
  assert.equal(await readFile(secret, 'utf8'), 'sk-literal-0123456789\n');
  assert.equal((await stat(secret)).mode & 0o777, 0o600);
  const checked = await desk.type('check');
  assert.equal(checked.code, 0, checked.out);
  const again = await desk.type('import', 'litellm', 'config.yaml', '--out', 'gateway.yaml');
  assert.equal(again.code, 1);
  assert.match(again.error, /gateway\.yaml exists/);
  assert.equal((await desk.type('import', 'litellm', 'config.yaml', '--out', 'gateway.yaml', '--force')).code, 0);
});

test('--json prints configuration, notes and issues', async (t) => {
  const { printed } = await imported(t, 'litellm', 'config.yaml', text, '--json');
  const { valid, config, notes } = printed();
  assert.equal(valid, true);
  assert.equal(config.providers[0]?.name, 'openai');
  assert.deepEqual(
    notes.map(({ what }) => what),
    ['changed', 'dropped'],
  );
});

test('a result that is not valid says so', async (t) => {
  const bad =
    'model_list:\n  - { model_name: "has spaces", litellm_params: { model: openai/x, api_key: os.environ/A } }\n';
  const { said } = await imported(t, 'litellm', 'config.yaml', bad);
  assert.equal(said.code, 1);
  assert.match(said.error, /a name without spaces/);
});

test('what cannot be read is refused with the reason', async (t) => {
  assert.match((await imported(t, 'litellm', 'config.yaml', 'a: [1')).said.error, /cannot be read/);
  assert.match((await imported(t, 'ccproxy', 'config.toml', 'x = ')).said.error, /cannot be read/);
  assert.match((await imported(t, 'litellm', 'config.yaml', '- a list\n')).said.error, /holds no settings/);
  assert.match((await imported(t, 'nobody', 'config.yaml', text)).said.error, /Allowed choices are/);
});
