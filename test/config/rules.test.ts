// Rules of `rate-limit` that would be one count are found before anything is served, with the line of both.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { root } from '../support/gateway.ts';

async function faultsOf(text: string): Promise<string[]> {
  const path = join(root, 'gateway-of-a-test.yaml');
  const { issues } = await load({ file: path, documents: [{ path, text }], env: {}, builtin: root });
  return issues.map(({ severity, line, message }) => `${line} ${severity} ${message}`);
}

test('two rules that count the same are an error, in the chain and on a route', async () => {
  const text = `version: 1
providers: [{ name: mock }]
routes:
  - name: root
    paths: [/]
    plugins:
      rate-limit:
        rules:
          - { per: [route, ip], limits: { requests: 1/s } }
          - { per: [ip, route], limits: { requests: 2/h } }
plugins:
  - auth
  - rate-limit:
      rules:
        - { per: ip, limits: { requests: 1000/m } }
        - { per: ip, models: [a], limits: { requests: 10/m } }
        - { name: doors, per: ip, limits: { requests: 10/m } }
        - { per: [ip], limits: { requests: 9/h } }
        - { name: doors, per: key, limits: { requests: 9/h } }
  - balancer
`;
  const remedy = 'give it a `name`, or put the limits of both into one';
  assert.deepEqual(await faultsOf(text), [
    `10 error counts what another rule counts (line 9); ${remedy}`,
    `18 error counts what another rule counts (line 15); ${remedy}`,
    '19 error has the name of another rule (line 17); name it otherwise',
  ]);
});
