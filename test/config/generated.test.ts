// What is generated from the schema is what is committed, and its examples are sound.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generated } from '../../scripts/generate.ts';
import { formatIssues } from '../../src/config/format.ts';
import { load } from '../../src/config/load.ts';
import { gatewaySchema } from '../../src/config/validate/validate.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

for (const [path, text] of Object.entries(await generated())) {
  test(`${path} is what \`npm run generate\` makes of the schema`, () => {
    assert.equal(readFileSync(`${root}${path}`, 'utf8'), text);
  });
}

/** Every variable is set, but for those of Portico itself. */
const anything = new Proxy<NodeJS.ProcessEnv>(
  {},
  { get: (_, name) => (String(name).startsWith('PORTICO_') ? undefined : `value-of-${String(name)}-0123456789`) },
);

for (const [name, node] of Object.entries(gatewaySchema.properties as Record<string, Record<string, unknown>>)) {
  const example = node['x-example'];
  if (typeof example !== 'string') continue;
  test(`the example of ${name} is a sound configuration`, async () => {
    const path = `${root}example.yaml`;
    const routes = /^routes:/m.test(example) ? '' : 'routes: [{ name: root, paths: [/] }]\n';
    const documents = [
      { path, text: `version: 1\n${routes}${example.replaceAll(/\$\{file:[^}]*\}/g, '${env:FILE}')}` },
    ];
    const { issues } = await load({ file: path, documents, env: anything, builtin: root });
    assert.deepEqual(issues, [], formatIssues(issues));
  });
}
