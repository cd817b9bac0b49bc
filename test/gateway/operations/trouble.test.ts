// Uploads that go wrong: upstreams that answer early, clients that leave or stall, a disk that is not there.
import assert from 'node:assert/strict';
import http, { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { Clock } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { TestGateway } from '../../support/gateway.ts';
import { field, file, form, formHeaders, noise } from './form.ts';

const path = '/v1/audio/transcriptions';
const megabyte = 1024 * 1024;
const manifest = {
  title: 'up',
  auth: { kind: 'header', name: 'authorization', prefix: 'Bearer ' } as const,
  dialects: { 'openai-chat': { operations: ['transcriptions', 'files'] as const } },
};

type Serve = (req: IncomingMessage, res: ServerResponse) => void;

/** A gateway before an upstream that hears of a request when its head is there. */
async function through(serve: Serve, clock?: Clock, timeouts?: Partial<{ firstByte: number }>) {
  const server = http.createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const usual = { connect: 5000, firstByte: 5000, idle: 5000, total: 0 };
  const provider = { name: 'up', url, manifest, models: { any: true, ids: {} }, timeouts: { ...usual, ...timeouts } };
  const portico = await TestGateway.start({ providers: [provider] }, clock);
  return {
    portico,
    async [Symbol.asyncDispose]() {
      await portico[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Sending {
  readonly request: ClientRequest;
  readonly answered: Promise<{ status: number | undefined; text: string; close: boolean }>;
}

function send(url: string, length: number): Sending {
  const sending = request(url, { method: 'POST', headers: { ...formHeaders, 'content-length': length } });
  const answered = new Promise<Awaited<Sending['answered']>>((resolve, reject) => {
    sending.on('error', reject).on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const close = response.headers.connection === 'close';
      resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString(), close });
    });
  });
  // Some of these requests are left to their fate.
  answered.catch(() => undefined);
  return { request: sending, answered };
}

const wholeForm = form(field('model', 'm'), file(noise(4 * megabyte)));
const json = (res: ServerResponse, status = 200) =>
  res.writeHead(status, { 'content-type': 'application/json' }).end('{"ok":true}');

describe('an upstream that answers before it has read', () => {
  for (const target of [path, '/v1/files']) {
    for (const status of [200, 400]) {
      test(`${target}: its ${status} is passed on, and the connection ends with it`, async () => {
        await using rig = await through((_, res) => json(res, status));
        const sending = send(rig.portico.url + target, wholeForm.length);
        sending.request.write(wholeForm.subarray(0, 100_000));
        const answer = await sending.answered;
        assert.deepEqual([answer.status, answer.close], [status, true]);
        await rig.portico.recorded(1);
        sending.request.destroy();
      });
    }
  }
});

describe('a client', () => {
  test('that leaves in the middle takes the upstream request with it', async () => {
    let left = Promise.withResolvers<void>();
    let arrived = Promise.withResolvers<void>();
    await using rig = await through((req) => {
      req.once('data', () => arrived.resolve()).on('error', () => undefined);
      req.once('close', () => left.resolve());
    });
    for (const target of [path, '/v1/files']) {
      left = Promise.withResolvers();
      arrived = Promise.withResolvers();
      const sending = send(rig.portico.url + target, wholeForm.length);
      sending.request.write(wholeForm.subarray(0, 2 * megabyte));
      await arrived.promise;
      sending.request.destroy();
      await left.promise;
    }
    await rig.portico.recorded(2);
    assert.deepEqual(
      rig.portico.records.map(({ outcome, error }) => [outcome, error]),
      [
        ['aborted', 'client-closed'],
        ['aborted', 'client-closed'],
      ],
    );
    assert.ok(rig.portico.records.every(({ bytesIn }) => bytesIn >= 60_000 && bytesIn <= 2 * megabyte));
  });

  test('that stalls is not the upstream’s fault; the upstream’s own time begins with the last byte', async () => {
    const clock = new HandClock();
    const heads: IncomingMessage[] = [];
    const whole = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    await using rig = await through(
      (req) => {
        heads.push(req);
        req.once('data', () => arrived.resolve()).on('end', () => whole.resolve());
      },
      clock,
      { firstByte: 1000 },
    );
    const sending = send(rig.portico.url + path, wholeForm.length);
    sending.request.write(wholeForm.subarray(0, 100_000));
    await arrived.promise;
    clock.advance(5000);
    sending.request.end(wholeForm.subarray(100_000));
    await whole.promise;
    // The gateway hears that its last byte has left a turn after the upstream has it.
    while (clock.waiting < 1) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1001);
    const answer = await sending.answered;
    assert.deepEqual([answer.status, heads.length], [504, 1], answer.text);
  });

  test('that takes too long is told so', async () => {
    const clock = new HandClock();
    const arrived = Promise.withResolvers<void>();
    await using rig = await through(
      (req) => void req.once('data', () => arrived.resolve()).on('error', () => undefined),
      clock,
    );
    const sending = send(rig.portico.url + path, wholeForm.length);
    sending.request.write(wholeForm.subarray(0, 100_000));
    await arrived.promise;
    clock.advance(3_600_000);
    const answer = await sending.answered;
    assert.deepEqual([answer.status, answer.close], [408, true], answer.text);
    sending.request.destroy();
  });
});

test('without a place for temporary files small forms pass and large ones fail, and the log says why', async (t) => {
  const before = process.env.TMPDIR;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  await using rig = await through((req, res) => void req.resume().on('end', () => json(res)));
  process.env.TMPDIR = '/nowhere/at/all';
  const large = send(rig.portico.url + path, wholeForm.length);
  large.request.end(wholeForm);
  assert.equal((await large.answered).status, 500);
  assert.ok(rig.portico.lines.some((line) => JSON.stringify(line).includes('ENOENT')));
  const small = form(file(noise(1000)), field('model', 'm'));
  const sent = send(rig.portico.url + path, small.length);
  sent.request.end(small);
  assert.equal((await sent.answered).status, 200);
});
