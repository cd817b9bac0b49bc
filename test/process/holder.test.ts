// Who listens at an address: found by the sockets of the system, whatever way the address is written.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { findHolder } from '../../src/process/ports/holder.ts';
import { addressBytes, isEverywhere, listeningSockets } from '../../src/process/ports/listening.ts';

const told = process.platform === 'linux';

async function listening(host: string): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

test('an address is the same sixteen bytes however it is written', () => {
  const loopback = '00000000000000000000ffff7f000001';
  for (const written of ['127.0.0.1', '::ffff:127.0.0.1', '::FFFF:7f00:1']) {
    assert.equal(addressBytes(written), loopback, written);
  }
  assert.equal(addressBytes('::1'), `${'0'.repeat(31)}1`);
  assert.equal(addressBytes('2001:db8::10:0:2'), '20010db8000000000000001000000002');
  assert.equal(addressBytes('fe80::1%eth0'), 'fe800000000000000000000000000001');
  assert.equal(addressBytes('localhost'), undefined);
  assert.equal(addressBytes('1.2.3.400'), undefined);
  assert.ok(['::', '0.0.0.0'].every((address) => isEverywhere(addressBytes(address) ?? '')));
  assert.ok(!isEverywhere(loopback));
});

test('a socket that listens stands in the tables of the system', { timeout: 10_000 }, async () => {
  await using server = await listening('127.0.0.1');
  const found = (await listeningSockets()).filter(({ port }) => port === server.port);
  assert.deepEqual(
    found.map(({ address }) => address),
    told ? [addressBytes('127.0.0.1')] : [],
  );
});

test('the process is found by any address that clashes, and by no other', async () => {
  const own = told ? process.pid : undefined;
  await using narrow = await listening('127.0.0.1');
  for (const host of ['127.0.0.1', 'localhost', '0.0.0.0', '::']) {
    assert.equal((await findHolder(host, narrow.port))?.pid, own, host);
  }
  assert.equal(await findHolder('127.0.0.2', narrow.port), undefined);
  await using wide = await listening('0.0.0.0');
  assert.equal((await findHolder('127.0.0.2', wide.port))?.pid, own);
  assert.equal(await findHolder('127.0.0.1', 1), undefined);
});

test('another process is named by its program, not by its command line', async (t) => {
  const code = "require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
  const child = spawn(process.execPath, ['-e', code, 'secret-argument'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const holder = await findHolder('127.0.0.1', Number(String(line)));
  assert.deepEqual(holder, told ? { pid: child.pid, name: 'node' } : undefined);
});
