// Signatures that a client may lose. One dialect has no standard place for them: many of its clients drop the fields they
// travel in, and a vendor then refuses the next turn of a tool loop. So what belongs to a tool call is remembered for a while, and
// put back when the call returns without it (wire.md 6). See docs/decisions/translation.md.
import { LRUCache } from 'lru-cache';
import type { Answer, Conversation, Delta, Opaque, Part, ReasoningPart, Turn } from '../../core/index.ts';
import type { Stage } from '../../dialects/canonical/stage.ts';
import type { GatewayCall } from '../call/call.ts';

interface Kept {
  /** The call's own. */
  readonly opaque: Opaque | undefined;
  /** Signed reasoning that stood before it. */
  readonly before: readonly ReasoningPart[];
}

const blobs = new LRUCache<string, Kept>({
  max: 10_000,
  maxSize: 64 * 1024 * 1024,
  sizeCalculation: ({ opaque, before }) =>
    before.reduce((sum, part) => sum + part.text.length + sizeOf(part.opaque), 256 + sizeOf(opaque)),
});

/** Puts back what the tool calls of this client had and have no more. */
export function withKeptBlobs(call: GatewayCall, conversation: Conversation): Conversation {
  if (!isForgetful(call) || blobs.size === 0) return conversation;
  const turns = conversation.turns.map((turn) => restored(call, turn));
  return turns.every((turn, at) => turn === conversation.turns[at]) ? conversation : { ...conversation, turns };
}

export function keepBlobs(call: GatewayCall, answer: Answer): void {
  if (!isForgetful(call)) return;
  for (const { parts } of answer.candidates) {
    let before: ReasoningPart[] = [];
    for (const part of parts) {
      if (part.kind === 'reasoning' && part.opaque !== undefined) before.push(part);
      if (part.kind !== 'tool-call') continue;
      keep(call, part.id, { opaque: part.opaque, before });
      before = [];
    }
  }
}

/** The same for a stream; undefined where the client's dialect has a place for blobs that its clients know. */
export function keepingBlobs(call: GatewayCall): Stage | undefined {
  if (!isForgetful(call)) return undefined;
  const streams: Keeping[] = [];
  return (delta) => {
    if (delta.type !== 'part-start' && delta.type !== 'part-delta' && delta.type !== 'part-end') return [delta];
    let stream = streams[delta.candidate];
    if (stream === undefined) {
      stream = new Keeping(call);
      streams[delta.candidate] = stream;
    }
    stream.see(delta);
    return [delta];
  };
}

/** The parts of one candidate. */
class Keeping {
  readonly #call: GatewayCall;
  #part: Part | undefined;
  #text = '';
  #before: ReasoningPart[] = [];

  constructor(call: GatewayCall) {
    this.#call = call;
  }

  see(delta: Delta): void {
    if (delta.type === 'part-start') {
      this.#part = delta.part;
      this.#text = '';
    } else if (delta.type === 'part-delta') {
      if (this.#part?.kind === 'reasoning') this.#text += delta.text;
    } else if (delta.type === 'part-end') this.#end(delta.set?.opaque);
  }

  #end(last: Opaque | undefined): void {
    const part = this.#part;
    const opaque = last ?? part?.opaque;
    if (part?.kind === 'reasoning' && opaque !== undefined)
      this.#before.push({ ...part, text: part.text + this.#text, opaque });
    if (part?.kind !== 'tool-call') return;
    keep(this.#call, part.id, { opaque, before: this.#before });
    this.#before = [];
  }
}

function keep(call: GatewayCall, id: string, kept: Kept): void {
  if (id !== '' && (kept.opaque !== undefined || kept.before.length > 0)) blobs.set(keyOf(call, id), kept);
}

function restored(call: GatewayCall, turn: Turn): Turn {
  if (turn.role !== 'assistant' || !turn.parts.some(({ kind }) => kind === 'tool-call')) return turn;
  const signed = turn.parts.some(({ kind, opaque }) => kind === 'reasoning' && opaque !== undefined);
  const before: Part[] = [];
  let changed = false;
  const parts = turn.parts.map((part): Part => {
    const kept = part.kind === 'tool-call' ? blobs.get(keyOf(call, part.id)) : undefined;
    if (kept === undefined) return part;
    if (!signed) before.push(...kept.before);
    if (part.opaque !== undefined || kept.opaque === undefined) return part;
    changed = true;
    return { ...part, opaque: kept.opaque };
  });
  if (before.length > 0) return { ...turn, parts: [...before, ...parts.filter(({ kind }) => kind !== 'reasoning')] };
  return changed ? { ...turn, parts } : turn;
}

/** Whether clients of the caller's dialect are known to lose blobs. */
function isForgetful({ dialect, operation }: GatewayCall): boolean {
  return dialect === 'openai-chat' && operation === 'chat';
}

/** Nobody gets what another key's client was told. */
function keyOf({ key }: GatewayCall, id: string): string {
  return `${key?.name ?? ''}\n${id}`;
}

function sizeOf(opaque: Opaque | undefined): number {
  return opaque?.data.length ?? 0;
}
