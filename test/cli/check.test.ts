// portico check: 0 for what can be served, 1 for what cannot, every mistake at once with its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sitDown, smallest } from './typed.ts';

const wrong = `version: 1
providers:
  - name: mock
    acounts: []
routes:
  - { name: root, paths: [/], providers: [mok] }
`;

test('a file that can be served is valid', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', smallest);
  const { code, out } = await desk.type('check');
  assert.equal(code, 0);
  assert.match(out, /^valid: revision [0-9a-f]{12}, listeners 1, routes 1, providers 1, models 0, keys 0\n$/);
});

test('every mistake comes with line, column and the name that was meant', async (t) => {
  const desk = await sitDown(t);
  await desk.write('other.yaml', wrong);
  const { code, out } = await desk.type('check', 'other.yaml');
  assert.equal(code, 1);
  assert.match(out, /^other\.yaml:4:5 error .*acounts.*accounts/m);
  assert.match(out, /^other\.yaml:6:\d+ error .*mok.*mock/m);
  assert.match(out, /not valid: 2 errors\n$/);
});

test('a warning does not make a file invalid', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', `${smallest}keys:\n  - { name: ci, key: a-literal-secret-in-the-file }\n`);
  const { code, out } = await desk.type('check');
  assert.equal(code, 0);
  assert.match(out, /warning/);
  assert.doesNotMatch(out, /a-literal-secret/);
});

test('--json gives the same as data', async (t) => {
  const desk = await sitDown(t);
  const file = await desk.write('gateway.yaml', wrong);
  const { code, out } = await desk.type('check', '--json');
  const result = JSON.parse(out);
  assert.equal(code, 1);
  assert.equal(result.file, file);
  assert.equal(result.valid, false);
  assert.deepEqual(
    result.issues.map((issue: { line: number }) => issue.line),
    [4, 6],
  );
});
