// What holds for every shipped directory people sign in to: callback ports of its own, words for who has no client yet, and
// nobody's client id.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ProviderManifest } from 'portico';
import { parse } from 'yaml';
import { startLogin } from '../../../src/accounts/login/start-login.ts';
import { portVariable } from '../../../src/config/credentials/logins.ts';
import { systemClock } from '../../../src/core/index.ts';
import { loginsOf } from './vendor-double.ts';

const root = new URL('../../../providers/', import.meta.url);
const manifests = readdirSync(root).map((name): [string, ProviderManifest] => [
  name,
  parse(readFileSync(new URL(`${name}/provider.yaml`, root), 'utf8')),
]);
const signedIn = manifests.filter(
  ([, { oauth }]) => (oauth?.authorizeUrl ?? oauth?.deviceUrl ?? oauth?.issuer) !== undefined,
);

const some = { clientId: 'client-of-the-operator' };
const moved = Object.fromEntries(signedIn.map(([name]) => [portVariable(name), '0']));
const logins = await loginsOf(Object.fromEntries(signedIn.map(([name]) => [name, some])), moved);

/** The redirect URIs that guides and registered clients have. */
const callbacks: Readonly<Record<string, string>> = {
  anthropic: '54545/callback',
  antigravity: '51121/oauth-callback',
  codex: '1455/auth/callback',
  gemini: '8085/oauth2callback',
  iflow: '11451/oauth2callback',
};

test('these are signed in to, with a browser or with a code that is typed in elsewhere', () => {
  assert.deepEqual(Object.fromEntries(logins.map(({ use, flows }) => [use, flows.join()])), {
    ...Object.fromEntries(Object.keys(callbacks).map((name) => [name, 'code'])),
    'github-copilot': 'device',
    kimi: 'device',
    qwen: 'device',
    xai: 'device',
  });
});

test('callbacks are at the ports and paths that are known, no two at one port', () => {
  const found = signedIn.flatMap(([name, { oauth }]) =>
    oauth?.callback === undefined ? [] : [[name, `${oauth.callback.port}${oauth.callback.path}`]],
  );
  assert.deepEqual(Object.fromEntries(found), callbacks);
  const ports = found.map(([, place]) => Number.parseInt(String(place), 10));
  assert.equal(new Set(ports).size, ports.length);
  const codes = signedIn.filter(([, { oauth }]) => oauth?.authorizeUrl !== undefined).map(([name]) => name);
  assert.deepEqual(codes.sort(), Object.keys(callbacks).sort(), 'each that opens a browser names its callback');
});

test('words that other tools have for a login lead to one directory each', () => {
  const words = manifests.flatMap(([name, { oauth }]) => [name, ...(oauth?.aliases ?? [])]);
  assert.equal(new Set(words).size, words.length);
  for (const word of ['anthropic', 'codex', 'gemini-cli', 'antigravity', 'qwen', 'iflow', 'kimi', 'xai']) {
    assert.ok(words.includes(word), word);
  }
});

test('no directory holds an OAuth client of anybody', () => {
  const shapes = /apps\.googleusercontent\.com|GOCSPX-|\bapp_[A-Za-z0-9]{8}|\bIv[0-9]\.|\bIv23|\bOv23/i;
  const ids = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|[0-9a-f]{32}|\b\d{9,}\b/i;
  for (const [name, { oauth }] of manifests) {
    const files = readdirSync(new URL(`${name}/`, root), { recursive: true, withFileTypes: true });
    for (const file of files.filter((each) => each.isFile() && /\.(yaml|md|ts|json)$/.test(each.name))) {
      const text = readFileSync(`${file.parentPath}/${file.name}`, 'utf8');
      assert.doesNotMatch(text, shapes, `${name}/${file.name}`);
    }
    const said = JSON.stringify(oauth ?? {});
    assert.doesNotMatch(said, ids, name);
    assert.doesNotMatch(said, /client_?(id|secret)"/i, name);
    assert.doesNotMatch(said, /user-agent|editor-version|x-msh|originator|copilot-integration|claude-cli/i, name);
  }
});

test('who has no client is told what to register, or what to use instead', async () => {
  for (const login of logins) {
    const { use, register = '', callback } = login;
    const started = await startLogin({ ...login, clientId: undefined }, { clock: systemClock, listen: false });
    assert.ok('problem' in started, use);
    assert.equal(started.problem.code, 'no-client');
    assert.ok(register !== '' && started.problem.remedy.includes(register), `${use}: ${started.problem.remedy}`);
    // There is nothing to be registered any more.
    if (callbacks[use] === undefined || use === 'iflow') continue;
    assert.ok(register.includes(`http://localhost:${callbacks[use]}`), `${use}: ${register} ${callback.path}`);
  }
});

test('each README says what a stranger has to know', () => {
  for (const [name, { oauth }] of signedIn) {
    const readme = readFileSync(new URL(`${name}/README.md`, root), 'utf8');
    for (const word of [
      'What to register',
      'Not verified|[Nn]ot verified',
      'portico auth login|The login',
      'oauth: ?\\{|oauth:\n|apiKey',
    ]) {
      assert.match(readme, new RegExp(word), `${name}: ${word}`);
    }
    if (oauth?.callback !== undefined) {
      assert.ok(readme.includes(`http://localhost:${oauth.callback.port}${oauth.callback.path}`), name);
      const variable = readme.match(/PORTICO_OAUTH_PORT_\w+/)?.[0];
      assert.ok([portVariable(name), 'PORTICO_OAUTH_PORT_CLAUDE'].includes(variable ?? ''), name);
    }
  }
});

test('a registered port stays in the redirect URI where the listener is moved; others go with it', async () => {
  for (const login of logins.filter(({ flows }) => flows[0] === 'code')) {
    const started = await startLogin(login, { clock: systemClock, listen: true });
    assert.ok('login' in started, JSON.stringify(started));
    const { redirectUri = '', listening, outcome, cancel } = started.login;
    cancel();
    await outcome;
    const isFixed = ['anthropic', 'codex'].includes(login.use);
    const port = isFixed ? Number.parseInt(callbacks[login.use] ?? '', 10) : listening?.port;
    assert.equal(Number(new URL(redirectUri).port), port, login.use);
    assert.notEqual(
      listening?.port,
      Number.parseInt(callbacks[login.use] ?? '', 10),
      'the variable moves the listener',
    );
  }
});
