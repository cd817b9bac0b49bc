// A request body arrives whole, bounded and checked, or not at all.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { type BodyOptions, type ReadBody, readBody } from '../../src/upstream/body/body.ts';
import { Utf8Check } from '../../src/upstream/body/utf8.ts';
import { HandClock } from '../support/clock.ts';
import { cut } from '../support/cut.ts';

let server: Server;
let port: number;
/** What to do with the next request. */
let receive: (incoming: IncomingMessage) => Promise<ReadBody>;
let outcome: PromiseWithResolvers<ReadBody>;

before(async () => {
  server = createServer((incoming, response) => {
    receive(incoming)
      .then(outcome.resolve, outcome.reject)
      .finally(() => response.writeHead(200, { connection: 'close' }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

function options(over: Partial<BodyOptions> = {}): BodyOptions {
  return {
    maxBytes: 10_000,
    policyFields: ['model', 'stream'],
    expectJson: true,
    clock: new HandClock(),
    timeoutMs: 1000,
    signal: new AbortController().signal,
    ...over,
  };
}

function send(
  body: Buffer | string,
  headers: OutgoingHttpHeaders = {},
  over: Partial<BodyOptions> = {},
): Promise<ReadBody> {
  outcome = Promise.withResolvers();
  receive = (incoming) => readBody(incoming, options(over));
  const sending = request({ port, method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
  sending.on('error', () => undefined).on('response', (response) => response.resume());
  sending.end(body);
  return outcome.promise;
}

const refused = (code: string) => ({ name: 'GatewayError', code });

describe('a body', () => {
  it('is kept as it came and scanned on the way', async () => {
    const text = JSON.stringify({ model: 'm', stream: true, messages: ['模'.repeat(2000)] });
    const body = await send(text);
    assert.equal(Buffer.concat(body.chunks).toString(), text);
    assert.equal(body.bytes, Buffer.byteLength(text));
    assert.deepEqual(
      body.scanned?.members.map(({ key, value }) => [key, value]),
      [
        ['model', 'm'],
        ['stream', true],
        ['messages', undefined],
      ],
    );
  });

  it('that no JSON is expected of may be anything', async () => {
    const body = await send(Buffer.from([0xff, 0x00]), { 'content-type': 'image/png' }, { expectJson: false });
    assert.deepEqual([body.bytes, body.scanned], [2, undefined]);
  });

  for (const [encoding, compress] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    it(`compressed with ${encoding} is read decompressed, and its limit counts what comes out`, async () => {
      const text = JSON.stringify({ model: 'm', input: 'x'.repeat(5000) });
      const body = await send(compress(text), { 'content-encoding': encoding });
      assert.equal(Buffer.concat(body.chunks).toString(), text);
      const bomb = compress(Buffer.alloc(20_000_000, ' '));
      assert.ok(bomb.length < 100_000);
      await assert.rejects(
        send(bomb, { 'content-encoding': encoding }, { maxBytes: 200_000 }),
        refused('body-too-large'),
      );
    });
  }

  it('must hold what its encoding says', async () => {
    await assert.rejects(send('{}', { 'content-encoding': 'gzip' }), refused('invalid-request'));
    const torn = gzipSync(JSON.stringify({ model: 'm', input: 'x'.repeat(500) })).subarray(0, 20);
    await assert.rejects(send(torn, { 'content-encoding': 'gzip' }), refused('invalid-request'));
    await assert.rejects(send('{}', { 'content-encoding': 'compress' }), refused('unsupported-encoding'));
  });

  it('may be exactly as large as the limit', async () => {
    const text = JSON.stringify({ model: 'm' });
    assert.equal((await send(text, {}, { maxBytes: text.length })).bytes, text.length);
    await assert.rejects(send(text, {}, { maxBytes: text.length - 1 }), refused('body-too-large'));
    const chunked = { 'transfer-encoding': 'chunked' };
    await assert.rejects(send(text, chunked, { maxBytes: text.length - 1 }), refused('body-too-large'));
  });

  it('must be UTF-8', async () => {
    await assert.rejects(send(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), refused('invalid-utf8'));
  });

  it('must be JSON that does not repeat what policy reads', async () => {
    await assert.rejects(send('{"model":'), refused('invalid-json'));
    await assert.rejects(send(''), refused('invalid-json'));
    await assert.rejects(send('{"model":"a","x":1,"mod\\u0065l":"b"}'), {
      ...refused('duplicate-field'),
      param: 'model',
    });
    assert.equal((await send('{"x":1,"x":2,"y":{"model":1},"model":"m"}')).scanned?.members.length, 4);
  });

  it('must be called JSON, or nothing', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/vnd.api+json', 'Application/JSON']) {
      assert.ok((await send('{}', { 'content-type': type })).scanned, type);
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=json']) {
      await assert.rejects(send('{}', { 'content-type': type }), refused('unsupported-content-type'), type);
    }
  });
});

/** Sends the beginning of a request over a bare socket; `then` is called once the gateway has begun to read. */
function begin(over: Partial<BodyOptions>, then: (leave: () => void) => void): Promise<ReadBody> {
  outcome = Promise.withResolvers();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  receive = (incoming) => {
    const reading = readBody(incoming, options(over));
    incoming.once('data', () => then(() => socket.destroy()));
    return reading;
  };
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"model":');
  return outcome.promise.finally(() => socket.destroy());
}

describe('a body that does not arrive', () => {
  it('is given up when its time is over', async () => {
    const clock = new HandClock();
    await assert.rejects(
      begin({ clock }, () => clock.advance(1000)),
      refused('request-timeout'),
    );
  });

  it('is given up when the client leaves', async () => {
    await assert.rejects(
      begin({}, (leave) => leave()),
      refused('client-closed'),
    );
  });

  it('is given up when the call is', async () => {
    const call = new AbortController();
    await assert.rejects(
      begin({ signal: call.signal }, () => call.abort()),
      refused('client-closed'),
    );
  });

  it('is refused by its announced length, before a byte of it has come', async () => {
    outcome = Promise.withResolvers();
    receive = (incoming) => readBody(incoming, options({ maxBytes: 99 }));
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n');
    await assert.rejects(outcome.promise, refused('body-too-large'));
    socket.destroy();
  });

  it('leaves no alarm behind when it does', async () => {
    const clock = new HandClock();
    await send('{}', {}, { clock });
    assert.equal(clock.waiting, 0);
  });
});

describe('the check for UTF-8', () => {
  const isValid = (chunks: readonly Buffer[]) => {
    const check = new Utf8Check();
    return chunks.every((chunk) => check.push(chunk)) && check.end();
  };
  const fine = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text.toWellFormed()));
  const odd = fc
    .array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe6, 0xa8, 0xa1, 0xf0, 0x9f, 0x99, 0x82, 0xff, 0xed, 0xf8))
    .map(Buffer.from);
  const strict = new TextDecoder('utf-8', { fatal: true });

  it('agrees with the decoder, at every chunking', () => {
    fc.assert(
      fc.property(fc.oneof(fine, odd), fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
        let expected = true;
        try {
          strict.decode(bytes);
        } catch {
          expected = false;
        }
        assert.equal(isValid(cut(bytes, places)), expected);
      }),
      { numRuns: 2000 },
    );
  });
});
