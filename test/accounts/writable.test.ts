// Whether new tokens could be written back is known before there are any.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { whyNothingCanBeMade, whyNotWritable } from '../../src/accounts/file/writable.ts';
import { directory } from '../config/directory.ts';

/** As a user that is nobody, where one may choose: root may write anything. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const script = new URL('../../src/accounts/file/writable.ts', import.meta.url).href;
const refresh = new URL('../../src/accounts/keep/refresh-once.ts', import.meta.url).href;

test('a directory that may be written, and what is not there at all, is no trouble', async (context) => {
  const home = directory(context);
  writeFileSync(join(home, 'ada.json'), '{}');
  assert.equal(await whyNotWritable(join(home, 'ada.json')), undefined);
  assert.equal(await whyNotWritable(join(home, 'nobody.json')), undefined);
  assert.equal(await whyNothingCanBeMade(join(home, 'accounts', 'team')), undefined);
  assert.equal(await whyNothingCanBeMade(join(home, 'ada.json')), `${join(home, 'ada.json')} is no directory`);
});

test('one that may not, also behind a symbolic link: a command refreshes nothing there', (context) => {
  const home = directory(context);
  const outside = directory(context);
  writeFileSync(join(home, 'ada.json'), '{}');
  symlinkSync(join(home, 'ada.json'), join(outside, 'ada.json'));
  chmodSync(home, 0o555);
  chmodSync(outside, 0o777);
  const text = `const { whyNothingCanBeMade, whyNotWritable } = await import(${JSON.stringify(script)});
    const { refreshAccount } = await import(${JSON.stringify(refresh)});
    const origin = { file: ${JSON.stringify(join(home, 'ada.json'))} };
    const source = { kind: 'oauth', clientId: 'desk', tokenUrl: 'http://127.0.0.1:1/', origin, tokens: { refreshToken: 'r' } };
    console.log(await whyNotWritable(${JSON.stringify(join(outside, 'ada.json'))}));
    console.log((await refreshAccount(source, {})).message);
    console.log(await whyNothingCanBeMade(${JSON.stringify(join(home, 'new', 'team'))}));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    ...nobody,
    encoding: 'utf8',
  });
  chmodSync(home, 0o755);
  const said = [
    'its directory cannot be written (EACCES)',
    'its directory cannot be written (EACCES): the new tokens would be lost, and with them the login',
    `${home} cannot be written (EACCES)`,
    '',
  ];
  assert.deepEqual(stdout.split('\n'), said, stderr);
});
