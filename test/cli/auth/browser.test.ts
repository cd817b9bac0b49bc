// Opening a browser: a page and nothing else, and an opener that fails is known to have failed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { openBrowser } from '../../../src/cli/person.ts';

test('what is no page is not opened, whoever names it', async () => {
  for (const url of ['file:///etc/passwd', 'javascript:alert(1)', '--version', 'vscode://x']) {
    assert.equal(await openBrowser(url), false, url);
  }
});

test('where nothing opens pages, that is said', { skip: process.platform !== 'linux' && 'not Linux' }, () => {
  const person = new URL('../../../src/cli/person.ts', import.meta.url);
  const code = `const { openBrowser } = await import('${person}'); console.log(await openBrowser('http://127.0.0.1:1/'))`;
  const nothing = { PATH: '/nowhere', HOME: '/nowhere' };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    env: nothing,
    encoding: 'utf8',
  });
  assert.equal(stdout, 'false\n', stderr);
});
