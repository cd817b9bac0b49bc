// What an upstream sends beyond its answer, or in an answer that could be read in two ways, never becomes a part of
// anybody's answer: not of this one, and not of the next on the same connection.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { after, afterEach, describe, test } from 'node:test';
import { TestGateway } from '../../support/gateway.ts';
import { idle, sized, Wire } from './wire.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
const whole = (body: string) => `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
const stray = whole('{"stray":true}');

describe('an upstream that keeps its connections', async () => {
  let first = '';
  let asked = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      // A body may come in a piece of its own.
      if (!data.toString('latin1').startsWith('POST ')) return;
      asked += 1;
      socket.write(Buffer.from(asked === 1 ? first : whole('{"second":2}'), 'latin1'));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const portico = await TestGateway.start({ providers: [{ name: 'up', url, cooling: undefined }] });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    server.close();
  });
  afterEach(() => idle(portico));

  const cases: [string, string, number, string?][] = [
    ['a length before chunks', `${head}Content-Length: 2\r\n${chunked}\r\n2\r\n{}\r\n0\r\n\r\n${stray}`, 502],
    ['a length behind chunks', `${head}${chunked}Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n${stray}`, 502],
    ['a length that is a list', `${head}Content-Length: 2, 2\r\n\r\n{}${stray}`, 502],
    ['a length below zero', `${head}Content-Length: -2\r\n\r\n{}${stray}`, 502],
    ['a chunk size of another kind', `${head}${chunked}\r\n0x2\r\n{}\r\n0\r\n\r\n`, 502],
    ['another protocol', `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n${stray}`, 502],
    ['a status below 100', `${head.replace('200', '099')}Content-Length: 2\r\n\r\n{}`, 502],
    ['a status beyond 599', `${head.replace('200', '999')}Content-Length: 2\r\n\r\n{}`, 502],
    ['a second answer behind the first', `${whole('{"first":1}')}${stray}`, 200, '{"first":1}'],
    [
      'chunk extensions and a trailer',
      `${head}${chunked}\r\n2;a=b;c="d"\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n`,
      200,
      '{}',
    ],
    ['a 204 with a body', `HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}${stray}`, 204, ''],
    ['a 304 with a body', `HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n{}${stray}`, 304, ''],
  ];
  for (const [name, bytes, status, body] of cases) {
    test(`${name}: ${status}, and the next answer is the next one's`, async () => {
      first = bytes;
      asked = 0;
      using wire = await Wire.open(portico.url);
      const told = await wire.send(sized()).answer();
      assert.equal(told.status, status);
      if (body !== undefined) assert.equal(told.body, body);
      assert.doesNotMatch(told.body, /stray/);
      if (status === 204) assert.equal(told.headers['content-length'], undefined);
      const next = await wire.send(sized()).answer();
      assert.deepEqual([next.status, next.body, asked], [200, '{"second":2}', 2]);
    });
  }
});
