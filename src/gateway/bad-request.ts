// Answers requests that node's parser refused (bad framing, oversized headers, too slow) in the caller's dialect, as far
// as the first line tells which that is, and closes the connection: nothing after such a request can be trusted.
import type { Socket } from 'node:net';
import { GatewayError } from '../core/index.ts';
import { dialectNames, dialects } from '../dialects/index.ts';
import { guessDialect } from '../dialects/recognise.ts';
import { newCallId } from './call-id.ts';

export function refuse(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, status, message } = reasonOf(error.code);
  const path = error.rawPacket?.subarray(0, 512).toString('latin1').split(' ')[1] ?? '/';
  const callId = newCallId(Date.now());
  const dialect = dialects[guessDialect(path, dialectNames)];
  const { body } = dialect.encodeError({ code, status, message, param: undefined, callId });
  const head = [
    `HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : status === 408 ? 'Request Timeout' : 'Bad Request'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-portico-id: ${callId}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function reasonOf(code: string | undefined): GatewayError {
  if (code === 'HPE_HEADER_OVERFLOW') return new GatewayError('headers-too-large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new GatewayError('request-timeout');
  return new GatewayError('invalid-request', { message: 'The request is not valid HTTP.' });
}
