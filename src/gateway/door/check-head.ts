// What node's parser lets pass and a gateway must not: heads and paths that its upstream might read in another way.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../../core/index.ts';
import { Http2Request } from './socket/http2.ts';

/** The path of a request that has one meaning only. Throws `invalid-request` or `unknown-path`. */
export function soundPath(req: IncomingMessage, res: ServerResponse): string {
  const doubt = doubtAboutHead(req);
  if (doubt !== undefined) {
    // Where this request ends is not sure either.
    res.shouldKeepAlive = false;
    throw new GatewayError('invalid-request', { message: doubt });
  }
  const path = pathOf(req.url ?? '/');
  if (dotSegment.test(path)) {
    throw new GatewayError('invalid-request', { message: 'The path must not contain . or .. as a segment.' });
  }
  if (path.includes('#')) {
    throw new GatewayError('invalid-request', { message: 'The path must not contain a fragment.' });
  }
  return path;
}

/** A segment `.` or `..`, with any of its characters encoded, also before `\` or `;`: some servers read those as an end. */
export const dotSegment = /(?:\/|\\|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/\\;]|%2f|%5c|%3b)/i;

/** Why the framing or the addressee of a request is not sure, or undefined. */
function doubtAboutHead(req: IncomingMessage): string | undefined {
  const { httpVersionMajor, httpVersionMinor, headers } = req;
  // Framing is no matter of headers there, and node has refused what contradicts it.
  if (req instanceof Http2Request) return headers.host === undefined ? 'The request has no authority.' : undefined;
  if (httpVersionMajor !== 1) return 'Only HTTP/1.1 and HTTP/1.0 are served here.';
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    if (httpVersionMinor === 0) return 'HTTP/1.0 has no transfer encoding.';
    if (coding.toLowerCase() !== 'chunked') return 'The only transfer encoding served here is chunked.';
  }
  const hosts = countHosts(req.rawHeaders);
  if (hosts > 1) return 'The request has more than one Host header.';
  return hosts === 0 && httpVersionMinor === 1 ? 'The request has no Host header.' : undefined;
}

/** node keeps the first of several and says nothing. */
function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  // Absolute-form targets (`GET http://host/path`) name a path too.
  return path.startsWith('/') ? path : belowHost(path);
}

/** Not by URL: that would resolve `..` and thereby serve another path than the one that was sent. */
function belowHost(target: string): string {
  const path = /^https?:\/\/[^/\\#]+(.*)$/i.exec(target)?.[1];
  if (path === undefined) throw new GatewayError('unknown-path');
  return path === '' ? '/' : path;
}
