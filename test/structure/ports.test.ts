// docs/ports.md knows every port there is: those of the schema's defaults and those of the provider directories, in its
// table, its container example and its firewall rules.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { fencedBlocks, list, read } from './tree.ts';

interface Callback {
  readonly provider: string;
  readonly port: number;
  readonly path: string;
  readonly fixed: boolean;
}

const text = read('docs/ports.md');
const schema = JSON.parse(read('schemas/gateway.schema.json'));
const manifests = list('providers/*/provider.yaml').map((file) => {
  return { provider: file.split('/')[1] ?? '', ...parse(read(file)) };
});
const callbacks: Callback[] = manifests.flatMap(({ provider, oauth }) => {
  if (oauth?.callback === undefined) return [];
  const { port, path, fixed = false } = oauth.callback;
  return [{ provider, port, path, fixed }];
});
const [api, control] = [defaultPort('listener'), defaultPort('control')];
const never = [control, ...callbacks.map(({ port }) => port)];

function defaultPort(what: 'listener' | 'control'): number {
  return schema.$defs[what].properties.port.default;
}

/** Cells of each row below the head whose first column is `port`. */
function rows(): string[][] {
  const [, table = ''] = /^\| port \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)/m.exec(text) ?? [];
  return table
    .trim()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

function sorted(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].sort((one, other) => one - other);
}

test('the table has the defaults of the schema and each callback of a directory, with its path, and nothing else', () => {
  assert.deepEqual(sorted(rows().map(([port]) => Number(port))), sorted([api, ...never]));
  for (const { provider, port, path } of callbacks) {
    const [, purpose = ''] = rows().find(([first]) => first === String(port)) ?? [];
    assert.ok(purpose.includes(`\`${provider}\`, path \`${path}\``), `${port}: ${purpose}`);
  }
});

test('directories that are signed in to without a callback are named, and those with one redirect URI only', () => {
  for (const { provider, oauth } of manifests) {
    if (oauth?.flows?.[0] === 'device' || (oauth?.deviceUrl !== undefined && oauth.callback === undefined))
      assert.match(text, new RegExp(`device code[^.]*\`${provider}\``), provider);
  }
  const fixed = callbacks.filter((one) => one.fixed).map(({ provider }) => provider);
  const [, named = ''] = /^(.*) know one redirect URI/m.exec(text) ?? [];
  assert.deepEqual([...named.matchAll(/`([^`]+)`/g)].map(([, name]) => name).sort(), fixed.sort());
});

test('the container publishes every port but the control listener, callbacks on loopback only', () => {
  const compose = fencedBlocks(text, 'yaml')
    .map((block) => parse(block.text))
    .find((value) => 'services' in value);
  const published: string[] = compose.services.portico.ports;
  const inside = published.map((mapping) => Number(mapping.split(':').at(-1)));
  assert.deepEqual(sorted(inside), sorted([api, ...callbacks.map(({ port }) => port)]));
  for (const { port } of callbacks) assert.ok(published.includes(`127.0.0.1:${port}:${port}`), String(port));
  const { environment } = compose.services.portico;
  assert.equal(environment.PORTICO_OAUTH_HOST, '0.0.0.0');
});

test('both firewalls deny what is never exposed', () => {
  const denied = [...text.matchAll(/ufw deny (\d+)\/tcp/g)].map(([, port]) => Number(port));
  assert.deepEqual(sorted(denied), sorted(never));
  const [, dropped = ''] = /--dports ([\d,]+) -j DROP/.exec(text) ?? [];
  assert.deepEqual(sorted(dropped.split(',').map(Number)), sorted(never));
});

test('nginx takes bodies as large as a route does, and leads to the API', () => {
  const [snippet] = fencedBlocks(text, 'nginx');
  const [amount, unit] = String(schema.$defs.route.properties.maxBody.default).split(' ');
  assert.deepEqual([unit, /client_max_body_size (\d+)m;/.exec(snippet?.text ?? '')?.[1]], ['MiB', amount]);
  assert.ok(snippet?.text.includes(`server 127.0.0.1:${api};`));
});

test('every variable that the page names is one that is read', () => {
  const sources = list('src/{cli,config}/**/*.ts')
    .map((file) => read(file))
    .join();
  const named = new Set([...text.matchAll(/PORTICO_[A-Z_]+/g)].map(([name]) => name));
  named.delete('PORTICO_KEY');
  for (const name of named) {
    const known = name.startsWith('PORTICO_OAUTH_PORT_') ? 'PORTICO_OAUTH_PORT_' : name;
    assert.ok(sources.includes(known), name);
  }
});
