// portico auth logout: at the vendor and here; what is left is said.
import assert from 'node:assert/strict';
import { lstatSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { signInDesk } from './signing-in.ts';

test('logout: revoked at the vendor, the file gone; what was kept remote stays good', async (t) => {
  const at = await signInDesk(t);
  await at.desk.type('auth', 'login', 'acme/ada');
  const tokens = Object.values(at.files())[0];
  const said = await at.desk.type('auth', 'logout', 'acme');
  assert.equal(said.code, 0, said.error);
  assert.match(said.out, /^Signed out: acme\/ada; \/.*\.json is gone\.\n$/);
  assert.deepEqual(at.files(), {});
  assert.equal(await at.server.isKept(String(tokens?.refreshToken)), false);
  await at.desk.type('auth', 'login', 'acme/ada');
  const kept = Object.values(at.files())[0];
  const json = await at.desk.type('auth', 'logout', 'acme/ada', '--keep-remote', '--json');
  assert.equal(JSON.parse(json.out).revoked, 'kept');
  assert.ok(await at.server.isKept(String(kept?.refreshToken)));
  const nobody = await at.desk.type('auth', 'logout');
  assert.equal(nobody.code, 2);
  assert.match(nobody.error, /There is no account\./);
});

test('behind a link stands the file that counts: a login writes it, a logout says that it is still there', async (t) => {
  const at = await signInDesk(t);
  await at.desk.type('auth', 'login', 'acme/ada');
  const [name] = Object.keys(at.files());
  const [link, real] = [join(at.desk.directory, 'accounts', name ?? ''), join(at.desk.directory, 'elsewhere.json')];
  renameSync(link, real);
  symlinkSync(real, link);
  await at.desk.type('auth', 'login', 'acme/ada');
  assert.ok(lstatSync(link).isSymbolicLink());
  const said = await at.desk.type('auth', 'logout', 'acme/ada');
  assert.match(said.error, /^That was a link: its tokens still stand in .*elsewhere\.json\. Remove that file too\.\n$/);
  assert.deepEqual(at.files(), {});
  assert.equal(await at.server.isKept(String(JSON.parse(readFileSync(real, 'utf8')).refreshToken)), false);
});

test('logout where the vendor cannot be asked: the file goes, and what is left is said', async (t) => {
  const at = await signInDesk(t, { oauth: { revokeUrl: 'http://127.0.0.1:1/revoke' } });
  await at.desk.type('auth', 'login', 'acme/ada');
  const said = await at.desk.type('auth', 'logout');
  assert.equal(said.code, 1);
  assert.match(said.error, /Its tokens were not revoked: 127\.0\.0\.1:1 cannot be reached.*\nTake the access away/);
  assert.deepEqual(at.files(), {});
});

test('logout of one of a list: the others stay, under their names', async (t) => {
  const at = await signInDesk(t);
  const list = ['ada', 'bob', 'eve'].map((name) => ({
    provider: 'acme',
    email: `${name}@example.com`,
    accessToken: `${name}-token-0123456789`,
    note: name,
  }));
  await at.desk.write('accounts/team.json', JSON.stringify(list));
  const names = async () => {
    const { out } = await at.desk.type('auth', 'status', '--json');
    return JSON.parse(out).map(({ account }: { account: string }) => account);
  };
  const [first, second, third] = await names();
  assert.equal((await at.desk.type('auth', 'logout', `acme/${second}`, '--keep-remote')).code, 0);
  assert.deepEqual(await names(), [first, third]);
  const said = await at.desk.type('auth', 'logout', `acme/${first}`, '--keep-remote');
  assert.match(said.out, /it is no part of \/.*team\.json any more/);
  assert.deepEqual(await names(), [third]);
  const several = await at.desk.type('auth', 'logout', 'acme');
  assert.equal(several.code, 0);
});

test('a file that changes meanwhile is left alone, and that the tokens are revoked is said', async (t) => {
  const homes: string[] = [];
  const endpoint = createServer((request, response) => {
    request.resume();
    for (const home of homes) writeFileSync(join(home, 'accounts', 'acme-ada.json'), '{ torn');
    response.end();
  });
  await new Promise<void>((done) => endpoint.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => endpoint.close(done)));
  const address = endpoint.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const at = await signInDesk(t, { oauth: { revokeUrl: `http://127.0.0.1:${port}/` } });
  await at.desk.type('auth', 'login', 'acme/ada');
  homes.push(at.desk.directory);
  const said = await at.desk.type('auth', 'logout', 'acme/ada');
  assert.equal(said.code, 1);
  assert.match(
    said.error,
    /acme\/ada could not be removed: acme-ada\.json has changed meanwhile.*\nIts tokens are revoked\. Remove it from .* by hand\./,
  );
});
