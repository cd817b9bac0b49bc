// Every YAML example of a document is one the gateway would take. A block that is a part is completed first: a list is a
// chain of plugins, a mapping without `version` is given one.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { join } from 'node:path/posix';
import { test } from 'node:test';
import { parse } from 'yaml';
import { formatIssues } from '../../src/config/format.ts';
import { load } from '../../src/config/load.ts';
import { validatePrices } from '../../src/config/validate/validate.ts';
import { fencedBlocks, list, read, root } from './tree.ts';

const documents = list('*.md', '{docs,plugins,providers}/**/*.md');
/** Any variable an example refers to is set; those of Portico itself are not. */
const env = new Proxy<NodeJS.ProcessEnv>(
  {},
  {
    get: (_, name) => (typeof name === 'string' && !name.startsWith('PORTICO_') ? `value-of-${name}-01234` : undefined),
  },
);

/** The block as a whole gateway.yaml; undefined for YAML of another kind (a provider.yaml, a prices.yaml, a Kubernetes object). */
function complete(text: string): string | undefined {
  const value: unknown = parse(text);
  if (Array.isArray(value)) return `version: 1\nplugins:\n${text.replace(/^/gm, '  ')}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if ('auth' in value || 'apiVersion' in value || 'services' in value || isPriceList(value)) return undefined;
  return 'version' in value ? text : `version: 1\n${text}`;
}

function isPriceList(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'source' in value && 'date' in value;
}

function exists(file: string): boolean {
  return list(file).length > 0;
}

/** Certificates and secrets of an example are on somebody else's disk. */
function isElsewhere(message: string): boolean {
  return /^the file \S+ does not exist/.test(message);
}

for (const file of documents) {
  for (const block of fencedBlocks(read(file), 'yaml')) {
    if (isPriceList(parse(block.text))) {
      test(`price list at ${file}:${block.line} validates`, () => {
        assert.ok(validatePrices(parse(block.text)), JSON.stringify(validatePrices.errors));
      });
    }
    const text = complete(block.text);
    if (text === undefined) continue;
    test(`example at ${file}:${block.line} validates`, async () => {
      const path = join(root, 'example-of-a-document.yaml');
      const { issues } = await load({ file: path, documents: [{ path, text }], env, builtin: root });
      const errors = issues.filter((issue) => issue.severity === 'error' && !isElsewhere(issue.message));
      assert.deepEqual(errors, [], formatIssues(errors, { base: dirname(path) }));
    });
  }
}

test('the plugin of docs/plugins.md is one, with the schema that stands there', async () => {
  const text = read('docs/plugins.md');
  const [code] = fencedBlocks(text, 'ts');
  const [schema] = fencedBlocks(text, 'json');
  assert.ok(code && schema);
  const home = await mkdtemp(join(tmpdir(), 'portico-example-'));
  const directory = join(home, 'plugins/only-agents');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'index.ts'), code.text);
  await writeFile(join(directory, 'schema.json'), schema.text);
  const path = join(home, 'gateway.yaml');
  const check = async (settings: string) => {
    const document = `version: 1\nproviders: [{ name: mock }]\nplugins: [auth, only-agents: ${settings}, balancer]\n`;
    const { issues } = await load({ file: path, documents: [{ path, text: document }], env, builtin: root });
    return issues.map(({ message }) => message);
  };
  assert.deepEqual(await check('{ agents: [curl/] }'), []);
  assert.deepEqual(await check('{}'), ['the setting "agents" is missing']);
  await rm(home, { recursive: true });
});

test('the shipped gateway.yaml has nothing to complain about', async () => {
  const { issues, config } = await load({ file: join(root, 'gateway.yaml'), env: {}, builtin: root });
  assert.deepEqual(issues, []);
  assert.equal(config?.listeners[0]?.port, 8317);
});

test('every plugin and provider says in a README how it is used', () => {
  const homes = new Set(list('{plugins,providers}/*/*').map((path) => dirname(path)));
  assert.deepEqual(
    [...homes].filter((home) => !exists(`${home}/README.md`)),
    [],
  );
});
