// References: what they become, where they may stand for more than text, and what a missing one takes out of service.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { configOf, directory, fixtures, loadText, messagesOf } from './directory.ts';

async function header(text: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const yaml = `version: 1\nproviders: [{ name: free, headers: { x-test: ${JSON.stringify(text)} } }]\n`;
  return (await configOf(yaml, env)).providers[0]?.accounts[0]?.headers['x-test'];
}

test('references become what they name, several in one string', async () => {
  const env = { A: 'one', B: 'two', EMPTY: '' };
  assert.equal(await header('${env:A}', env), 'one');
  assert.equal(await header('<${env:A}-${env:B}>', env), '<one-two>');
  assert.equal(await header('${env:C:-three}', env), 'three');
  assert.equal(await header('${env:A:-three}', env), 'one');
  assert.equal(await header('${env:EMPTY:-three}', env), 'three');
  assert.equal(await header('${env:C:-}', env), '');
});

test('$${ is a literal ${, and other dollars are just dollars', async () => {
  assert.equal(await header('$${env:A}', { A: 'one' }), '${env:A}');
  assert.equal(await header('$${x} ${env:A} $5 $', { A: 'one' }), '${x} one $5 $');
});

test('what a reference gives is not looked through for references again', async () => {
  assert.equal(await header('${env:A}', { A: '${env:B}', B: 'two' }), '${env:B}');
});

test('a file is relative to the file that names it and loses its last line break only', async (context) => {
  const home = directory(context, {
    'gateway.yaml': 'version: 1\ninclude: [teams/*.yaml]\ncontrol: { token: "${file:token}" }\n',
    token: '  main-token-0123456789\n\n',
    'teams/a.yaml': 'keys: [{ name: a, key: "${file:token}" }]\n',
    'teams/token': 'team-token-0123456789\r\n',
  });
  const { config, secrets, watch } = await load({ file: join(home, 'gateway.yaml'), env: {}, builtin: fixtures });
  assert.equal(config?.control.token, '  main-token-0123456789\n');
  assert.ok(secrets.includes('team-token-0123456789'));
  assert.ok(watch.includes(join(home, 'teams')));
});

test('a value that came wholly from a reference may stand for a number or a boolean', async () => {
  const text = [
    'version: 1',
    'listeners: [{ name: api, port: "${env:PORT}" }]',
    'threads: "${env:THREADS:-3}"',
    'providers: [{ name: free, enabled: "${env:ON:-false}", timeouts: { idle: "${env:IDLE:-2500}" } }]',
    'plugins: [{ logger: { sample: "${env:SAMPLE}" } }, auth]',
  ].join('\n');
  const config = await configOf(text, { PORT: '8400', SAMPLE: '0.5' });
  assert.equal(config.listeners[0]?.port, 8400);
  assert.equal(config.threads, 3);
  assert.equal(config.providers[0]?.enabled, false);
  assert.equal(config.providers[0]?.timeouts.idle, 2500);
  assert.equal(config.plugins[0]?.settings.sample, 0.5);
});

test('nothing else is converted: text stays text and a quoted number stays wrong', async () => {
  assert.equal(await header('${env:N}', { N: '12' }), '12');
  assert.equal((await messagesOf('version: 1\nthreads: "3"\n')).length, 1);
  assert.equal((await messagesOf('version: 1\nlisteners: [{ name: a, port: "8${env:N}" }]\n', { N: '1' })).length, 1);
});

test('a missing reference in an account disables that account only', async () => {
  const text = [
    'version: 1',
    'providers:',
    '  - name: acme',
    '    accounts:',
    '      - { name: a, apiKey: "${env:GONE}" }',
    '      - { name: b, apiKey: "${env:HERE}", baseUrl: "${env:GONE}" }',
    '      - { name: c, apiKey: "${env:HERE}" }',
  ].join('\n');
  const { config, issues } = await loadText(text, { HERE: 'here-0123456789' });
  const accounts = config?.providers[0]?.accounts ?? [];
  assert.deepEqual(
    accounts.map((account) => account.disabled?.split(';')[0]),
    ['the environment variable GONE is not set', 'the environment variable GONE is not set', undefined],
  );
  assert.deepEqual(
    issues.map((issue) => [issue.severity, issue.line]),
    [
      ['warning', 5],
      ['warning', 6],
    ],
  );
});

test('a reference as the name of an account is an error: there is nothing to disable', async () => {
  const text = 'version: 1\nproviders: [{ name: acme, accounts: [{ name: "${env:GONE}" }] }]\n';
  assert.equal((await loadText(text)).config, undefined);
});

test('values of references are not repeated in messages', async () => {
  const [message] = await messagesOf('version: 1\nthreads: 1\nlisteners: [{ name: a, port: "${env:S}" }]\n', {
    S: 'hush',
  });
  assert.ok(message !== undefined && !message.includes('hush'), message);
});

test('secrets are all that must never be shown, and no more', async () => {
  const text = [
    'version: 1',
    'listeners: [{ name: api, host: "${env:HOST}", port: "${env:PORT}" }]',
    'providers:',
    '  - name: acme',
    '    headers: { x-plain: "2026-01-01", x-ref: "${env:HEADER}" }',
    '    accounts: [{ name: a, apiKey: "${env:KEY}" }]',
    'egress: [{ name: e, url: "http://user:p%40ssword@127.0.0.1:1" }]',
    'plugins: [{ logger: { token: "${env:TOKEN}", sample: 1 } }, auth]',
  ].join('\n');
  const env = { HOST: '127.0.0.1', PORT: '8400', HEADER: 'header-value', KEY: 'the-api-key', TOKEN: 'plugin-token' };
  const { secrets } = await loadText(text, env);
  assert.deepEqual([...secrets].sort(), ['header-value', 'p%40ssword', 'p@ssword', 'plugin-token', 'the-api-key']);
});

test('a secret that ends up where it does not belong is masked in what is said about it', async () => {
  const text =
    'version: 1\nproviders: [{ name: acme, egress: "${env:K}", accounts: [{ name: a, apiKey: "${env:K}" }] }]\n';
  assert.match((await messagesOf(text, { K: 'misplaced-secret' })).join(), /there is no egress "\*\*\*"/);
});
