// Sends what was decided, at the pace and with the accidents the script asks for. Waits for the reader, so that a slow
// one costs no memory; stops at once when the reader leaves.
import type { ServerResponse } from 'node:http';
import type { Clock } from 'portico';
import type { Raw } from './raw.ts';
import type { Script } from './script.ts';
import type { Frame, Speech } from './speech.ts';

const spoiled = '{"choices":[{"delta":{"cont\n\n';
/** Who expects TLS says this to who does not speak it: handshake_failure. */
const tlsAlert = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);

export interface Delivery {
  readonly response: ServerResponse;
  readonly script: Script;
  readonly clock: Clock;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
}

export function sendJson(delivery: Delivery, status: number, value: unknown): Promise<void> {
  return send(delivery, status, 'application/json', Buffer.from(JSON.stringify(value)));
}

/** No head that could be understood. */
export function breakOff({ response, script }: Delivery): void {
  if (script.broken === 'reset') response.destroy();
  else if (script.broken === 'no-http') response.socket?.end(tlsAlert);
  else response.writeHead(200, { 'content-type': 'text/html' }).end('<html><h1>It works!</h1></html>');
}

export function sendRaw(delivery: Delivery, { type, body, headers }: Raw): Promise<void> {
  for (const [name, value] of Object.entries(headers)) delivery.response.setHeader(name, value);
  return send(delivery, 200, type, body);
}

async function send(delivery: Delivery, status: number, type: string, body: Buffer): Promise<void> {
  const { response, script } = delivery;
  const cut = script.reset ?? script.truncate ?? script.stall ?? script.spoil;
  const broken = status === 200 && (cut !== undefined || script.hang === 'body');
  response.writeHead(status, { 'content-type': type, ...(broken ? {} : { 'content-length': body.length }) });
  if (!broken) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  if (script.hang === 'body') return delivery.gone;
  await write(delivery, body.subarray(0, cut));
  if (script.stall !== undefined) return delivery.gone;
  if (script.spoil !== undefined) await write(delivery, spoiled);
  finish(delivery);
}

export async function sendStream(
  delivery: Delivery,
  frames: Iterable<Frame>,
  speech: Speech,
  type: string,
): Promise<void> {
  const { response, script } = delivery;
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
  response.flushHeaders();
  const limit = script.fail ?? script.reset ?? script.truncate;
  let sent = 0;
  for (const frame of frames) {
    if (frame.kind !== 'opening' && (script.hang === 'body' || sent >= (script.stall ?? sent + 1)))
      return delivery.gone;
    if (frame.kind !== 'opening' && sent >= (script.spoil ?? sent + 1)) return end(delivery, `data: ${spoiled}`);
    if (limit !== undefined && (frame.kind === 'closing' || (frame.kind === 'output' && sent >= limit))) break;
    if (frame.kind === 'output') await pause(delivery, script.pace);
    if (response.destroyed) return;
    await write(delivery, frame.text);
    if (frame.kind === 'output') sent++;
  }
  if (script.fail !== undefined)
    await write(delivery, speech.streamError(script.message ?? 'The mock was told to fail.'));
  finish(delivery);
}

/** Waits on the clock, or until the reader has left. */
export async function pause({ clock, gone }: Delivery, ms = 0): Promise<void> {
  if (ms === 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const alarm = clock.after(ms, resolve);
  await Promise.race([promise, gone]);
  alarm.cancel();
}

/** Resolves once the piece is with the system (or the reader gone). */
async function write({ response, gone }: Delivery, piece: string | Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.write(piece, () => resolve());
  await Promise.race([promise, gone]);
}

async function end(delivery: Delivery, piece: string): Promise<void> {
  await write(delivery, piece);
  finish(delivery);
}

/** A reset comes a turn later: what was written before it must arrive. */
function finish({ response, script }: Delivery): void {
  if (script.reset === undefined) response.end();
  else setImmediate(() => response.destroy());
}
