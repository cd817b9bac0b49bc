// A call that nobody made: a request in memory, of which no byte came from a socket and none ever goes to one.
import { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6, Socket } from 'node:net';
import Koa, { type Context } from 'koa';
import { type CallContext, type Clock, canonicalAddress } from '../../core/index.ts';
import { GatewayCall } from '../call/call.ts';
import type { Door, Snapshot } from '../snapshot.ts';
import type { Question } from './explanation.ts';

const app = new Koa();

export interface AskedCall {
  readonly call: GatewayCall;
  readonly ctx: CallContext;
}

export function askedCall(question: Question, snapshot: Snapshot, door: Door, clock: Clock): AskedCall {
  const req = requestOf(question);
  const res = new ServerResponse(req);
  const ctx = app.createContext(req, res) as Context & { call: GatewayCall };
  const call = new GatewayCall(snapshot, door, req, res, clock);
  ctx.call = call;
  call.upgrades = req.headers.upgrade?.toLowerCase() === 'websocket';
  return { call, ctx };
}

function requestOf({ method, path, headers, body, ip }: Question): IncomingMessage {
  const socket = new Socket();
  const address = canonicalAddress(ip) ?? ip;
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  Object.defineProperty(socket, 'remoteFamily', { value: isIPv6(address) ? 'IPv6' : 'IPv4' });
  const req = new IncomingMessage(socket);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const told: Record<string, string> = { host: 'localhost', ...headers };
  // What else would frame it is not there to be sent.
  for (const name of ['content-length', 'transfer-encoding', 'content-encoding', 'expect']) delete told[name];
  if (bytes !== undefined) {
    told['content-length'] = String(bytes.length);
    told['content-type'] ??= 'application/json';
  }
  Object.assign(req, {
    method,
    url: path,
    httpVersion: '1.1',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    headers: told,
    rawHeaders: Object.entries(told).flat(),
  });
  if (bytes !== undefined) req.push(bytes);
  req.push(null);
  req.complete = true;
  return req;
}
