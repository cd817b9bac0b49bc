// HTTP/2 frame by frame, for what a sound client never sends.
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { TestGateway } from '../../support/gateway.ts';
import { certificate } from './http2-client.ts';

/** A TLS connection that speaks HTTP/2 frame by frame. */
export function dial(portico: TestGateway): Promise<TLSSocket> {
  const port = portico.gateway.ports()[0] ?? 0;
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, ALPNProtocols: ['h2'], ca: certificate.cert }, () => {
      socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0))]));
      resolve(socket);
    });
    socket.on('error', reject).resume();
  });
}

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const start = Buffer.alloc(9);
  start.writeUIntBE(payload.length, 0, 3);
  start.writeUInt8(type, 3);
  start.writeUInt8(flags, 4);
  start.writeUInt32BE(stream, 5);
  return Buffer.concat([start, payload]);
}

/** Fields as HPACK literals. */
export function head(fields: Record<string, string>): Buffer {
  const text = (value: string) => [Buffer.from([value.length]), Buffer.from(value)];
  const order = Object.entries(fields).sort(([a], [b]) => Number(b.startsWith(':')) - Number(a.startsWith(':')));
  return Buffer.concat(order.flatMap(([name, value]) => [Buffer.from([0]), ...text(name), ...text(value)]));
}
