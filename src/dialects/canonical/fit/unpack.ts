// Opaque blobs that travelled as reasoning parts of their own (see carry.ts) go back onto the part they belong to.
import type { Opaque, Part, Turn } from '../../../core/index.ts';

export function unpack(turns: readonly Turn[]): readonly Turn[] {
  return withCarried(turns.some(({ parts }) => parts.some(isTail)) ? turns.map(joined) : turns);
}

/** Where a stream tells thoughts before anybody has signed them, the blob came behind its text, on a part without any. */
function joined(turn: Turn): Turn {
  const parts: Part[] = [];
  for (const part of turn.parts) {
    let text = '';
    if (isTail(part)) {
      for (let last = parts.at(-1); last?.kind === 'reasoning' && last.opaque === undefined; last = parts.at(-1)) {
        text = last.text + text;
        parts.pop();
      }
    }
    parts.push(text === '' ? part : ({ ...part, text } as Part));
  }
  return { ...turn, parts };
}

function isTail(part: Part): boolean {
  if (part.kind !== 'reasoning' || part.text !== '' || part.opaque?.origin === undefined) return false;
  return part.opaque.carries === undefined && part.opaque.redacted !== true && part.redacted !== true;
}

function withCarried(turns: readonly Turn[]): readonly Turn[] {
  if (!turns.some(({ parts }) => parts.some(isCarrier))) return turns;
  const unpacked: Turn[] = [];
  // In some dialects every part is an item of its own: a blob may belong to the next of them.
  let waiting: Opaque | undefined;
  for (const turn of turns) {
    const parts: Part[] = [];
    for (const part of turn.parts) {
      if (isCarrier(part)) {
        const { carries, ...opaque } = part.opaque as Opaque;
        if (carries === 'next') waiting = opaque;
        else parts.push({ kind: 'text', text: '', opaque });
        continue;
      }
      const belongs = waiting !== undefined && turn.role === 'assistant' && part.opaque === undefined;
      parts.push(belongs ? { ...part, opaque: waiting as Opaque } : part);
      waiting = undefined;
    }
    if (parts.length > 0 || turn.parts.length === 0) unpacked.push({ ...turn, parts });
  }
  return unpacked;
}

/** Where a dialect gets back what it wrote itself: what is carried belongs to another by definition. */
export function withoutCarriers(turns: readonly Turn[]): readonly Turn[] {
  if (!turns.some(({ parts }) => parts.some(isCarrier))) return turns;
  return turns.flatMap((turn) => {
    const parts = turn.parts.filter((part) => !isCarrier(part));
    return parts.length > 0 || turn.parts.length === 0 ? [{ ...turn, parts }] : [];
  });
}

function isCarrier(part: Part): boolean {
  return part.opaque?.carries !== undefined;
}
