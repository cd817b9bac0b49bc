// Opaque blobs on parts where the client's dialect has no place for one (a signature on a tool call, where only
// reasoning is signed) travel on a reasoning part of their own, in front of what they belong to. Clients send reasoning
// back; `unpack` puts the blob where it was.
import type {
  Answer,
  Delta,
  Opaque,
  Part,
  PartDelta,
  PartEnd,
  PartStart,
  ReasoningPart,
  Traits,
} from '../../core/index.ts';
import type { Stage } from './stage.ts';

export function carryAnswer(answer: Answer, traits: Traits): Answer {
  if (!answer.candidates.some(({ parts }) => parts.some((part) => isHomeless(part, traits)))) return answer;
  const candidates = answer.candidates.map((candidate) => ({
    ...candidate,
    parts: candidate.parts.flatMap((part) => carried(part, traits)),
  }));
  return { ...answer, candidates };
}

function carried(part: Part, traits: Traits): Part[] {
  if (part.opaque === undefined || !isHomeless(part, traits)) return [part];
  if (part.kind === 'text' && part.text === '') return [carrier(part.opaque, 'alone')];
  return [carrier(part.opaque, 'next'), bare(part)];
}

/** The same for a stream. Undefined where the dialect has a place on every kind of part. */
export function carrying(traits: Traits): Stage | undefined {
  if (traits.opaqueOn.includes('text') && traits.opaqueOn.includes('tool-call')) return undefined;
  const streams: Carrying[] = [];
  return (delta) => {
    if (delta.type !== 'part-start' && delta.type !== 'part-delta' && delta.type !== 'part-end') return [delta];
    let stream = streams[delta.candidate];
    if (stream === undefined) {
      stream = new Carrying(traits, delta.candidate);
      streams[delta.candidate] = stream;
    }
    return stream.push(delta);
  };
}

/** The parts of one candidate. */
class Carrying {
  readonly #traits: Traits;
  readonly #candidate: number;
  /** How many parts more have been told than have come. */
  #added = 0;
  /** A text part with a blob, of which nobody knows yet whether it says anything. */
  #held: PartStart | undefined;
  #kind: Part['kind'] = 'text';

  constructor(traits: Traits, candidate: number) {
    this.#traits = traits;
    this.#candidate = candidate;
  }

  push(delta: PartStart | PartDelta | PartEnd): readonly Delta[] {
    if (delta.type === 'part-start') return this.#start(delta);
    const held = this.#held;
    this.#held = undefined;
    if (delta.type === 'part-delta') return [...this.#open(held), this.#shifted(delta)];
    const blob = delta.set?.opaque ?? held?.part.opaque;
    if (held !== undefined && blob !== undefined) {
      // The carrier stands in the place of the part itself.
      const alone = this.#put(delta.index, blob, 'alone');
      this.#added -= 1;
      return alone;
    }
    const end = this.#shifted(delta);
    if (delta.set?.opaque === undefined || hasPlace(this.#kind, this.#traits)) return [end];
    const { opaque, ...set } = delta.set;
    return [{ ...end, set }, ...this.#put(delta.index + 1, opaque, 'alone')];
  }

  #start(start: PartStart): readonly Delta[] {
    this.#kind = start.part.kind;
    if (!isHomeless(start.part, this.#traits)) return [this.#shifted(start)];
    if (start.part.kind !== 'text' || start.part.text !== '') return this.#open(start);
    this.#held = start;
    return [];
  }

  /** A part behind the carrier of its blob. */
  #open(start: PartStart | undefined): readonly Delta[] {
    if (start?.part.opaque === undefined) return [];
    const front = this.#put(start.index, start.part.opaque, 'next');
    return [...front, { ...this.#shifted(start), part: bare(start.part) }];
  }

  #put(index: number, blob: Opaque, carries: 'next' | 'alone'): readonly Delta[] {
    const place = { candidate: this.#candidate, index: index + this.#added };
    this.#added += 1;
    return [
      { type: 'part-start', ...place, part: carrier(blob, carries) },
      { type: 'part-end', ...place },
    ];
  }

  #shifted<T extends { readonly index: number }>(delta: T): T {
    return this.#added === 0 ? delta : { ...delta, index: delta.index + this.#added };
  }
}

function isHomeless(part: Part, traits: Traits): boolean {
  return part.opaque !== undefined && !hasPlace(part.kind, traits);
}

function hasPlace(kind: Part['kind'], { opaqueOn }: Traits): boolean {
  return (opaqueOn as readonly string[]).includes(kind);
}

function carrier(opaque: Opaque, carries: 'next' | 'alone'): ReasoningPart {
  return { kind: 'reasoning', text: '', opaque: { ...opaque, carries } };
}

function bare(part: Part): Part {
  const { opaque: _, ...rest } = part;
  return rest as Part;
}
