// Answers requests that node's parser refused (bad framing, oversized headers, too slow) in the caller's dialect, as far
// as is known which that is, and closes the connection: nothing after such a request can be trusted.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { GatewayError } from '../../core/index.ts';
import { dialectNames, dialects } from '../../dialects/index.ts';
import { guessDialect } from '../../dialects/recognise.ts';
import { newCallId } from '../call/call-id.ts';
import { type Exchanges, whenOver } from './exchanges.ts';
import { linger } from './linger.ts';

type ParserError = NodeJS.ErrnoException & { rawPacket?: Buffer };

/** A refused connection may go on sending, and every packet of it is an error again. */
const refused = new WeakSet<Socket>();

export function refuse(error: ParserError, socket: Socket, exchanges: Exchanges, lingerMs: number): void {
  if (refused.has(socket)) return;
  // Not HTTP's: the connection broke, or TLS never came about.
  if (!/^(HPE_|ERR_HTTP_)/.test(error.code ?? '') || !socket.writable) {
    socket.destroy();
    return;
  }
  refused.add(socket);
  const reason = reasonOf(error.code);
  const last = exchanges.last(socket);
  if (last === undefined || last.res.req.complete) {
    return whenOver(last?.res, () => tell(socket, reason, pathIn(error.rawPacket), lingerMs));
  }
  // The body of a request that was taken on is at fault. It gets one answer, and no other request gets it.
  if (last.res.headersSent) return whenOver(last.res, () => socket.destroy());
  whenOver(last.before, () => tell(socket, reason, last.res.req.url ?? '/', lingerMs));
}

/** CONNECT asks for a tunnel, which this is not. */
export function refuseTunnel(req: IncomingMessage, socket: Socket, exchanges: Exchanges, lingerMs: number): void {
  socket.on('error', () => socket.destroy());
  const reason = new GatewayError('method-not-allowed', { message: 'This is no proxy: CONNECT is not served.' });
  whenOver(exchanges.last(socket)?.res, () => tell(socket, reason, req.url ?? '/', lingerMs));
}

function tell(socket: Socket, { code, status, message }: GatewayError, path: string, lingerMs: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const callId = newCallId(Date.now());
  const dialect = dialects[guessDialect(path, dialectNames)];
  const { body } = dialect.encodeError({ code, status, message, param: undefined, callId });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-portico-id: ${callId}`,
    ...(status === 405 ? ['allow: GET, HEAD, POST'] : []),
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  linger(socket, lingerMs);
}

/** The target in the first line, where the packet at fault begins with one. */
function pathIn(packet: Buffer | undefined): string {
  return packet?.subarray(0, 512).toString('latin1').split(' ')[1] ?? '/';
}

function reasonOf(code: string | undefined): GatewayError {
  if (code === 'HPE_HEADER_OVERFLOW') return new GatewayError('headers-too-large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new GatewayError('request-timeout');
  return new GatewayError('invalid-request', { message: 'The request is not valid HTTP.' });
}
