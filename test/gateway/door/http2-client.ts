// A client that speaks HTTP/2 over TLS to a gateway of a test.
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { type Certificate, makeCertificate } from '../../support/certificate.ts';
import { secret, type TestGateway } from '../../support/gateway.ts';

export const certificate = makeCertificate() as Certificate;
/** TLS of a listener. */
export const tls = {
  certificates: [{ ...certificate, hosts: ['localhost'] }],
  minVersion: 'TLSv1.2',
  http2: true,
  clientCertificates: undefined,
} as const;
export const chat = '{"model":"model-a","messages":[]}';
/** A chat request. */
export const usual = { ':path': '/v1/chat/completions', ':method': 'POST', authorization: `Bearer ${secret}` };

export interface Client extends Disposable {
  readonly session: ClientHttp2Session;
  readonly closed: Promise<void>;
}

export function secure(portico: TestGateway): string {
  return `https://localhost:${portico.gateway.ports()[0]}`;
}

export function connect(portico: TestGateway): Client {
  const session = http2.connect(secure(portico), { ca: certificate.cert });
  const closed = new Promise<void>((resolve) => session.once('close', resolve));
  session.on('error', () => undefined);
  return { session, closed, [Symbol.dispose]: () => session.destroy() };
}

export function send({ session }: Client, headers: Record<string, string>, body: string | Buffer): ClientHttp2Stream {
  const stream = session.request(headers);
  stream.on('error', () => undefined);
  if (body.length === 0) stream.end();
  else stream.end(body);
  return stream;
}

export function headOf(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => stream.once('response', resolve).once('error', reject));
}

export function nextData(stream: ClientHttp2Stream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject).once('data', (data: Buffer) => {
      stream.pause();
      resolve(data);
    });
  });
}

/** Rejects where the stream is reset. */
export async function restOf(stream: ClientHttp2Stream): Promise<string> {
  let text = '';
  for await (const data of stream) text += data;
  return text;
}

export async function ask(client: Client, headers: Record<string, string>, body: string | Buffer = '') {
  const stream = send(client, headers, body);
  const head = await headOf(stream);
  return { status: Number(head[':status']), headers: head, body: await restOf(stream) };
}
