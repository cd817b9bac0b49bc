// Keys that requests are signed with, settings in base URLs, and where models can be asked for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configOf, directory, loadText, messagesOf, write } from './directory.ts';

const manifest = `
title: Signed
baseUrl: https://runtime.{region}.example.com
auth: { kind: header, name: authorization, prefix: 'Bearer ', sigv4: { service: runtime, region: '{region}' } }
dialects: { openai-chat: { operations: [chat] } }
`;
const schema = JSON.stringify({
  title: 'Signed',
  description: 'Where it is asked.',
  type: 'object',
  additionalProperties: false,
  properties: { region: { type: 'string', description: 'Region.' }, other: { type: 'string', description: 'Else.' } },
});

function provider(more: Record<string, unknown>, account: Record<string, unknown> = {}): string {
  const accessKey = { id: 'AKIDEXAMPLE', secret: `\${env:SECRET}` };
  const accounts = [{ name: 'main', accessKey, ...account }];
  return JSON.stringify({ version: 1, plugins: [], providers: [{ name: 'signed', accounts, ...more }] });
}

const env = { SECRET: 'wJalrXUtnFEMI-K7MDENG' };

describe('an access key', () => {
  test('goes with the service and the region of the instance', async (t) => {
    const builtin = directory(t, {
      'providers/signed/provider.yaml': manifest,
      'providers/signed/schema.json': schema,
    });
    const { config, secrets } = await loadText(provider({ settings: { region: 'eu-west-1' } }), env, { builtin });
    const [account] = config?.providers[0]?.accounts ?? [];
    assert.deepEqual(account?.accessKey, {
      id: 'AKIDEXAMPLE',
      secret: env.SECRET,
      service: 'runtime',
      region: 'eu-west-1',
    });
    assert.equal(account?.baseUrl, 'https://runtime.eu-west-1.example.com');
    assert.equal(account?.disabled, undefined);
    assert.ok(secrets.includes(env.SECRET));
    assert.notEqual(account?.fingerprint, '');
  });

  test('goes with the region that the host of a base URL names', async (t) => {
    const builtin = directory(t, {
      'providers/signed/provider.yaml': manifest,
      'providers/signed/schema.json': schema,
    });
    const text = provider(
      { settings: { region: 'eu-west-1' } },
      { baseUrl: 'https://vpce-1.runtime.us-gov-west-1.example.com' },
    );
    const config = await configOf(text, env, { builtin });
    assert.equal(config.providers[0]?.accounts[0]?.accessKey?.region, 'us-gov-west-1');
  });

  test('has no meaning where nothing is signed, nor beside another credential', async (t) => {
    const plain = manifest.replace(/, sigv4: \{[^}]*\}'? ?\}/, '').replace(/, sigv4:.*$/m, ' }');
    const builtin = directory(t, { 'providers/signed/provider.yaml': plain, 'providers/signed/schema.json': schema });
    const settings = { region: 'eu-west-1' };
    const { issues } = await loadText(provider({ settings }), env, { builtin });
    assert.ok(issues.some(({ message }) => message.startsWith('requests to "signed" are not signed')));
    write(`${builtin}/providers/signed/provider.yaml`, manifest);
    const both = await loadText(provider({ settings }, { apiKey: 'sk-0123456789' }), env, { builtin });
    assert.ok(both.issues.some(({ message }) => /apiKey as well; one of them must go/.test(message)));
  });

  test('that is missing disables its account only', async (t) => {
    const builtin = directory(t, {
      'providers/signed/provider.yaml': manifest,
      'providers/signed/schema.json': schema,
    });
    const config = await configOf(provider({ settings: { region: 'eu-west-1' } }), {}, { builtin });
    assert.match(config.providers[0]?.accounts[0]?.disabled ?? '', /SECRET is not set/);
  });
});

test('a base URL that needs a setting says which', async (t) => {
  const builtin = directory(t, { 'providers/signed/provider.yaml': manifest, 'providers/signed/schema.json': schema });
  const { issues } = await loadText(provider({ settings: { other: 'x' } }), env, { builtin });
  assert.ok(
    issues.some(({ message }) => message.includes('needs the setting "region": write `settings: { region: … }`')),
  );
});

test('models that nobody lists cannot be asked for', async (t) => {
  const builtin = directory(t, { 'providers/signed/provider.yaml': manifest, 'providers/signed/schema.json': schema });
  for (const models of ['discover', { discover: '1h' }]) {
    const { issues } = await loadText(provider({ settings: { region: 'eu-west-1' }, models }), env, { builtin });
    assert.deepEqual(
      issues.filter(({ severity }) => severity === 'error').map(({ path, message }) => [path, message]),
      [['providers[0].models', '"signed" says of no list of models that could be asked for: write the ids, or `"*"`']],
    );
  }
});

test('mistakes in what is discovered have their place', async () => {
  const messages = await messagesOf(
    'version: 1\nproviders:\n  - { name: plain, models: { discover: soon, exclud: [x] } }\n',
  );
  assert.ok(
    messages.some((message) => /3:\d+ providers\[0\]\.models\.discover: must be a time span/.test(message)),
    `${messages}`,
  );
  assert.ok(
    messages.some((message) => /unknown setting "exclud"; did you mean "exclude"/.test(message)),
    `${messages}`,
  );
});
