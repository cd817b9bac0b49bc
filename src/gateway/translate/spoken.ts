// What the client of a call said, decoded once however many targets are tried.
import { GatewayError, type JsonObject } from '../../core/index.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { asObject } from '../../dialects/json.ts';
import type { GatewayCall } from '../call/call.ts';
import { expandState } from '../responses/expand.ts';
import { withItems } from '../responses/references.ts';
import { withKeptBlobs } from './kept-blobs.ts';
import { takeTurns } from './take-turns.ts';
import { type Spoken, understand } from './translate-request.ts';

export interface Understood extends Spoken {
  /** The body as the client sent it, with the items that it only named. */
  readonly said: JsonObject;
}

/** Throws `invalid-json`, `invalid-request`, and what the state of an earlier response cannot be had for. */
export function spokenOf(call: GatewayCall): Promise<Understood> {
  call.spoken ??= readSpoken(call);
  return call.spoken;
}

/** The body, large integers as they were written. */
export async function bodyOf(call: GatewayCall): Promise<JsonObject> {
  const { chunks } = await call.request.read(call);
  call.mustGoOn();
  return parseBody(chunks);
}

export function parseBody(chunks: readonly Buffer[]): JsonObject {
  const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  const body = asObject(parseExact(whole.toString()));
  if (body === undefined) throw new GatewayError('invalid-json');
  return body;
}

async function readSpoken(call: GatewayCall): Promise<Understood> {
  const { dialect, operation } = call;
  const sent = await bodyOf(call);
  await takeTurns(call);
  const said = dialect === 'openai-responses' ? await withItems(call, sent) : sent;
  const body = await expandedBody(call, said);
  const asked = { model: call.match?.model, stream: call.streams };
  const spoken = understand({ dialect, operation }, body, asked);
  return { ...spoken, said, conversation: withKeptBlobs(call, spoken.conversation) };
}

/** The request and what it goes on from, where the gateway keeps that. */
export function expandedBody(call: GatewayCall, body: JsonObject): JsonObject | Promise<JsonObject> {
  return call.dialect === 'openai-responses' ? withItems(call, body).then((whole) => expandState(call, whole)) : body;
}
