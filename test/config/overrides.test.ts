// Which address counts: an option of the command before a variable of the environment, that before the file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf, loadText, messagesOf } from './directory.ts';

const text = 'version: 1\nlisteners: [{ name: a, port: 1 }, { name: b, port: 2 }]\ncontrol: { port: 3 }\n';
const env = { PORTICO_HOST: '127.0.0.9', PORTICO_PORT: '4', PORTICO_CONTROL_PORT: '5' };

test('a variable comes before the file, and says nothing of other listeners', async () => {
  const { listeners, control } = await configOf(text, env);
  assert.deepEqual(
    listeners.map(({ host, port }) => `${host}:${port}`),
    ['127.0.0.9:4', '127.0.0.1:2'],
  );
  assert.equal(control.port, 5);
  const bare = await configOf('version: 1\n', env);
  assert.deepEqual([bare.listeners[0]?.host, bare.listeners[0]?.port, bare.control.port], ['127.0.0.9', 4, 5]);
});

test('an option comes before both', async () => {
  const { listeners, control } = await configOf(text, env, { overrides: { host: '127.0.0.7', port: 6 } });
  assert.deepEqual([listeners[0]?.host, listeners[0]?.port, control.port], ['127.0.0.7', 6, 5]);
});

test('a variable that is empty is not set', async () => {
  const { listeners, control } = await configOf(text, {
    PORTICO_HOST: ' ',
    PORTICO_PORT: '',
    PORTICO_CONTROL_PORT: '',
  });
  assert.deepEqual([listeners[0]?.host, listeners[0]?.port, control.port], ['127.0.0.1', 1, 3]);
});

test('a variable that is no port is an error that says which', async () => {
  for (const wrong of ['http', '-1', '70000', '80.5', '0x50'])
    assert.deepEqual(await messagesOf(text, { PORTICO_PORT: wrong }), [
      '2:30 listeners[0].port: the environment variable PORTICO_PORT is no port: set it to a number from 0 to 65535, or unset it',
    ]);
  assert.match((await messagesOf(text, { PORTICO_CONTROL_PORT: 'x' })).join(), /PORTICO_CONTROL_PORT is no port/);
  const chosen = await loadText(text, { PORTICO_PORT: 'x' }, { overrides: { port: 8 } });
  assert.deepEqual(chosen.issues, []);
});

test('what the variables say is checked like the file: no address twice, no public one without a key', async () => {
  const twice = await loadText(text, { PORTICO_PORT: '2' });
  assert.match(twice.issues.map(({ message }) => message).join(), /port 2 of 127\.0\.0\.1 is already bound/);
  const open = await loadText(text, { PORTICO_HOST: '0.0.0.0' });
  assert.ok(open.issues.some(({ severity, path }) => severity === 'error' && path.startsWith('listeners[0]')));
});
