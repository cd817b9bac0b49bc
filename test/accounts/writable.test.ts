// Whether new tokens could be written back is known before there are any.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { whyNotWritable } from '../../src/accounts/writable.ts';
import { directory } from '../config/directory.ts';

/** As a user that is nobody, where one may choose: root may write anything. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const script = new URL('../../src/accounts/writable.ts', import.meta.url).href;
const refresh = new URL('../../src/accounts/refresh-once.ts', import.meta.url).href;

test('a directory that may be written, and what is not there at all, is no trouble', async (context) => {
  const home = directory(context);
  writeFileSync(join(home, 'ada.json'), '{}');
  assert.equal(await whyNotWritable(join(home, 'ada.json')), undefined);
  assert.equal(await whyNotWritable(join(home, 'nobody.json')), undefined);
});

test('one that may not, also behind a symbolic link: a command refreshes nothing there', (context) => {
  const home = directory(context);
  const outside = directory(context);
  writeFileSync(join(home, 'ada.json'), '{}');
  symlinkSync(join(home, 'ada.json'), join(outside, 'ada.json'));
  chmodSync(home, 0o555);
  chmodSync(outside, 0o777);
  const text = `const { whyNotWritable } = await import(${JSON.stringify(script)});
    console.log(await whyNotWritable(${JSON.stringify(join(outside, 'ada.json'))}));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    ...nobody,
    encoding: 'utf8',
  });
  chmodSync(home, 0o755);
  assert.equal(stdout, 'its directory cannot be written (EACCES)\n', stderr);
});
