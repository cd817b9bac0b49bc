// An upstream that breaks HTTP cannot break the client's: it gets one well-formed answer, and the connection serves on.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { after, afterEach, describe, test } from 'node:test';
import { TestGateway } from '../../support/gateway.ts';
import { get, idle, messageOf, sized, Wire } from './wire.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const whole = `${head}Content-Length: 2\r\n\r\n{}`;

describe('an upstream', async () => {
  let bytes = '';
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end(Buffer.from(bytes, 'latin1')));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const portico = await TestGateway.start({ providers: [{ name: 'up', url, cooling: undefined }] });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    server.close();
  });
  afterEach(() => idle(portico));

  const broken: Record<string, string> = {
    'that splits its answer with a NUL': `${head}X-A: b\0\r\nContent-Length: 2\r\n\r\n{}`,
    'that ends a header with a bare CR': `${head}X-A: b\rX-B: c\r\nContent-Length: 2\r\n\r\n{}`,
    'with two different lengths': `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    'with headers beyond 16 KiB': `${head}X-A: ${'a'.repeat(40_000)}\r\nContent-Length: 2\r\n\r\n{}`,
    'that closes in the middle of its head': 'HTTP/1.1 200 OK\r\nContent-Ty',
    'that closes in the middle of its body': `${head}Content-Length: 20\r\n\r\n{`,
    'that closes in the middle of a chunk': `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{`,
    'that closes without a word': '',
    'that speaks no HTTP': 'SSH-2.0-server\r\n',
  };
  for (const [name, answer] of Object.entries(broken)) {
    test(`${name} is answered for with 502`, async () => {
      bytes = answer;
      using wire = await Wire.open(portico.url);
      const told = await wire.send(sized()).answer();
      assert.equal(told.status, 502);
      messageOf(told, 'messages');
      assert.equal((await wire.send(get('/v1/models')).answer()).status, 200, 'the connection serves on');
    });
  }

  test('that sends interim answers first is read to its final one', async () => {
    bytes = `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n${whole}`;
    using wire = await Wire.open(portico.url);
    const told = await wire.send(sized()).answer();
    assert.deepEqual([told.status, told.body], [200, '{}']);
  });
});
