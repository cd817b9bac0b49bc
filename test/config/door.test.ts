// What of the door a file says -> LoadedListener: certificates read and named, ranges, what is left out.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { configOf, directory, fixtures, loadText } from './directory.ts';

const file = (name: string) => join(fixtures, 'tls', `${name}.pem`);
const text = (name: string) => readFileSync(file(name), 'utf8');
const pair = (name: string) => ({ cert: text(`${name}.cert`), key: text(`${name}.key`) });

test('TLS of a listener: pairs, hosts and authorities as they are in the files', async () => {
  const { listeners } = await configOf(`
version: 1
listeners:
  - name: api
    tls:
      cert: ${file('one.cert')}
      key: ${file('one.key')}
      minVersion: TLSv1.3
      http2: false
      certificates:
        - { cert: ${file('two.cert')}, key: ${file('two.key')} }
        - { cert: ${file('nameless.cert')}, key: ${file('nameless.key')}, hosts: ["*.Nameless.Test"] }
      clientCertificates: { ca: ${file('two.cert')} }
`);
  assert.deepEqual(listeners[0]?.tls, {
    certificates: [
      { ...pair('one'), hosts: ['localhost'] },
      { ...pair('two'), hosts: ['localhost'] },
      { ...pair('nameless'), hosts: ['*.nameless.test'] },
    ],
    minVersion: 'TLSv1.3',
    http2: false,
    clientCertificates: { ca: text('two.cert'), mode: 'require' },
  });
});

test('what a listener with TLS does not say has its default', async () => {
  const { listeners } = await configOf(
    `version: 1\nlisteners: [{ name: api, tls: { cert: ${file('one.cert')}, key: ${file('one.key')} } }]\n`,
  );
  const { minVersion, http2, clientCertificates } = listeners[0]?.tls ?? {};
  assert.deepEqual([minVersion, http2, clientCertificates], ['TLSv1.2', true, undefined]);
});

test('the PROXY protocol is for nobody, for everybody, or for some', async () => {
  for (const [setting, expected] of [
    ['false', undefined],
    ['true', ['0.0.0.0/0', '::/0']],
    ['{ from: [10.0.0.1, "2001:db8::/32"] }', ['10.0.0.1', '2001:db8::/32']],
  ] as const) {
    const { listeners } = await configOf(`version: 1\nlisteners: [{ name: api, proxyProtocol: ${setting} }]\n`);
    assert.deepEqual(listeners[0]?.proxyProtocol, expected);
  }
});

test('limits of a route are milliseconds', async () => {
  const { routes } = await configOf(`
version: 1
routes:
  - { name: root, paths: [/] }
  - { name: short, paths: [/short], requestTimeout: 10s, timeout: 1m }
`);
  assert.deepEqual(
    routes.map(({ requestTimeout, timeout }) => [requestTimeout, timeout]),
    [
      [300_000, 0],
      [10_000, 60_000],
    ],
  );
});

test('every certificate file is watched, and one changed is another configuration', async (context) => {
  const home = directory(context, {
    'gateway.yaml':
      'version: 1\nlisteners: [{ name: api, tls: { cert: a.pem, key: k.pem, clientCertificates: { ca: ca/ca.pem } } }]\n',
    'a.pem': text('one.cert'),
    'k.pem': text('one.key'),
    'ca/ca.pem': text('one.cert'),
  });
  const look = () => load({ file: join(home, 'gateway.yaml'), env: {}, builtin: fixtures });
  const first = await look();
  assert.ok(first.watch.includes(join(home, 'ca')));
  writeFileSync(join(home, 'ca/ca.pem'), text('two.cert'));
  assert.notEqual((await look()).config?.digest, first.config?.digest);
});

test('a certificate that is shown for a host it does not name is a warning', async () => {
  const more = `{ cert: ${file('two.cert')}, key: ${file('two.key')}, hosts: [localhost, other.test] }`;
  const { issues, config } = await loadText(
    `version: 1\nlisteners: [{ name: api, tls: { cert: ${file('one.cert')}, key: ${file('one.key')}, certificates: [${more}] } }]\n`,
  );
  assert.notEqual(config, undefined);
  assert.deepEqual(
    issues.map(({ severity, message }) => [severity, message]),
    [['warning', 'the certificate is not for other.test']],
  );
});
