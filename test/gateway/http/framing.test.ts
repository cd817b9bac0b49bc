// Requests whose bytes could be read in two ways are refused before anything goes upstream, and their connection ends.
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { body, get, idle, inChunks, messageOf, post, sized, usual, Wire } from './wire.ts';

const length = `Content-Length: ${body.length}\r\n`;
const chunked = 'Transfer-Encoding: chunked\r\n';
const size = body.length.toString(16);
const oneChunk = (line: string) => post(chunked, `${line}\r\n${body}\r\n0\r\n\r\n`);

const refused: Record<string, string> = {
  'Content-Length before Transfer-Encoding': post(length + chunked, inChunks()),
  'Transfer-Encoding before Content-Length': post(chunked + length, inChunks()),
  'Content-Length twice, the same': post(length + length),
  'Content-Length twice, different': post(`${length}Content-Length: 3\r\n`),
  'Content-Length as a list': post(`Content-Length: ${body.length}, ${body.length}\r\n`),
  'Content-Length with a sign': post(`Content-Length: +${body.length}\r\n`),
  'Content-Length below zero': post('Content-Length: -1\r\n'),
  'Content-Length in hexadecimal': post('Content-Length: 0x21\r\n'),
  'Content-Length without digits': post('Content-Length: \r\n'),
  'Content-Length with a space': post('Content-Length: 3 3\r\n'),
  'Content-Length beyond 64 bits': post('Content-Length: 99999999999999999999999\r\n'),
  'Transfer-Encoding: identity': post('Transfer-Encoding: identity\r\n', inChunks()),
  'Transfer-Encoding: xchunked': post('Transfer-Encoding: xchunked\r\n', inChunks()),
  'Transfer-Encoding: "chunked"': post('Transfer-Encoding: "chunked"\r\n', inChunks()),
  'Transfer-Encoding: chunked;q=1': post('Transfer-Encoding: chunked;q=1\r\n', inChunks()),
  'Transfer-Encoding: chunked, identity': post('Transfer-Encoding: chunked, identity\r\n', inChunks()),
  'Transfer-Encoding: gzip, chunked': post('Transfer-Encoding: gzip, chunked\r\n', inChunks()),
  'Transfer-Encoding: chunked, chunked': post('Transfer-Encoding: chunked, chunked\r\n', inChunks()),
  'Transfer-Encoding twice': post(chunked + chunked, inChunks()),
  'Transfer-Encoding with a vertical tab': post('Transfer-Encoding: \x0bchunked\r\n', inChunks()),
  'Transfer-Encoding with white space behind': post('Transfer-Encoding: chunked \t\r\n', inChunks()),
  'Transfer-Encoding with a space before the colon': post('Transfer-Encoding : chunked\r\n', inChunks()),
  'Transfer-Encoding on a folded line': post('Transfer-Encoding:\r\n chunked\r\n', inChunks()),
  'Transfer-Encoding without a value': post('Transfer-Encoding: \r\n', inChunks()),
  'Transfer-Encoding in HTTP/1.0': post(chunked, inChunks(), 'POST /v1/messages HTTP/1.0'),
  'a folded header': post(`X-A: b\r\n c\r\n${length}`),
  'white space before the first header': `POST /v1/messages HTTP/1.1\r\n X-A: b\r\n${usual}${length}\r\n${body}`,
  'a bare LF after the first line': `POST /v1/messages HTTP/1.1\n${usual}${length}\r\n${body}`,
  'a bare LF after a header': post(`X-A: b\n${length}`),
  'a bare LF at the end of the head': `POST /v1/messages HTTP/1.1\r\n${usual}${length}\n${body}`,
  'a bare CR in a header': post(`X-A: b\rX-B: c\r\n${length}`),
  'a NUL in a value': post(`X-A: b\0c\r\n${length}`),
  'a NUL in a name': post(`X\0A: b\r\n${length}`),
  'a control character in a value': post(`X-A: b\x01\r\n${length}`),
  'a space before the colon': post(`X-A : b\r\n${length}`),
  'a header without a colon': post(`X-A\r\n${length}`),
  'a header without a name': post(`: b\r\n${length}`),
  'a method that does not exist': post(length, body, 'FETCH /v1/messages HTTP/1.1'),
  'a method in lower case': post(length, body, 'post /v1/messages HTTP/1.1'),
  'a space in the target': post(length, body, 'POST /v1/messages x HTTP/1.1'),
  'a control character in the target': post(length, body, 'POST /v1/messages\x01 HTTP/1.1'),
  'a version that does not exist': post(length, body, 'POST /v1/messages HTTP/1.2'),
  'two Host headers': post(`Host: other\r\n${length}`),
  'no Host header': `POST /v1/messages HTTP/1.1\r\n${usual.replace('Host: portico\r\n', '')}${length}\r\n${body}`,
  'a chunk size that is none': post(chunked, 'zz\r\n'),
  'a chunk size below zero': post(chunked, '-1\r\n'),
  'a chunk size beyond 64 bits': post(chunked, 'fffffffffffffffff\r\n'),
  'a space before a chunk size': oneChunk(` ${size}`),
  'a chunk size ended by a bare LF': post(chunked, `${size}\n${body}\n0\n\n`),
  'a bare LF in a chunk extension': oneChunk(`${size};a\nb`),
  'a chunk extension of 20 KB': oneChunk(`${size};${'a'.repeat(20_000)}`),
  'a chunk longer than its size': post(chunked, `1\r\n${body}\r\n0\r\n\r\n`),
};

describe('a request is refused with 400 and its connection closed for', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  const portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }] });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  afterEach(() => idle(portico));

  for (const [name, request] of Object.entries(refused)) {
    test(name, async () => {
      using wire = await Wire.open(portico.url);
      const answer = await wire.send(request).answer();
      assert.equal(answer.status, 400);
      messageOf(answer, 'messages');
      assert.equal(answer.headers.connection, 'close');
      wire.socket.end();
      assert.equal(await wire.closed, '', 'one answer, nothing behind it');
      assert.equal(upstream.requests.length, 0);
    });
  }
});

describe('a request is served with', async () => {
  const upstream = await Upstream.start(json({ ok: true }));
  const portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }] });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  afterEach(() => idle(portico));

  const served: Record<string, string> = {
    'white space around Content-Length': post(`Content-Length: \t ${body.length} \t\r\n`),
    'Transfer-Encoding in any case': post('tRANSFER-eNCODING: ChunKed\r\n', inChunks()),
    'a chunk extension and trailers': post(
      chunked,
      `${size};a=b;c="d"\r\n${body}\r\n0\r\nX-Trailer: t\r\nAuthorization: Bearer other\r\nX-Api-Key: other\r\n\r\n`,
    ),
    'a thousand headers': post(`${'a:\r\n'.repeat(3000)}${length}`),
    'a chunk for every byte': post(chunked, `${[...body].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`),
    'HTTP/1.0': post(length, body, 'POST /v1/messages HTTP/1.0'),
  };
  for (const [name, request] of Object.entries(served)) {
    test(name, async () => {
      using wire = await Wire.open(portico.url);
      assert.equal((await wire.send(request).answer()).status, 200);
      assert.equal(upstream.last.body.toString(), body);
      const { headers } = upstream.last;
      assert.deepEqual([headers['content-length'], headers['transfer-encoding']], [String(body.length), undefined]);
      assert.deepEqual(
        [headers['x-trailer'], headers['x-api-key'], headers.authorization],
        [undefined, undefined, 'Bearer up-main'],
      );
    });
  }

  test('no header lost, however many come before it', async () => {
    using wire = await Wire.open(portico.url);
    wire.send(`POST /v1/messages HTTP/1.1\r\n${'a:\r\n'.repeat(3000)}${usual}${length}\r\n${body}`);
    assert.equal((await wire.answer()).status, 200);
  });

  test('HTTP/0.9 and the preface of HTTP/2 are refused', async () => {
    for (const request of ['GET /v1/models\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']) {
      using wire = await Wire.open(portico.url);
      assert.equal((await wire.send(request).answer()).status, 400);
    }
  });

  test('headers beyond 16 KiB are answered with 431, also while more of them arrive', async () => {
    const asked = upstream.requests.length;
    using wire = await Wire.open(portico.url);
    wire.send(post(`X-Large: ${'a'.repeat(17_000)}`));
    const answer = await wire.answer();
    assert.equal(answer.status, 431);
    messageOf(answer, 'messages');
    for (let more = 0; more < 20; more += 1) wire.send('a'.repeat(10_000));
    wire.socket.end();
    assert.equal(await wire.closed, '');
    assert.equal(upstream.requests.length, asked);
  });

  test('a body that GET does not have is no request of its own', async () => {
    using wire = await Wire.open(portico.url);
    const hidden = 'DELETE /v1/messages HTTP/1.1\r\nHost: x\r\n\r\n';
    wire.send(get('/v1/models', `Content-Length: ${hidden.length}\r\n`) + hidden + sized());
    const [list, message] = [await wire.answer(), await wire.answer()];
    assert.match(list.body, /"object":"list"/);
    assert.equal(message.body, '{"ok":true}');
  });
});
