// Ids of tool calls as a dialect takes them. Some vendors give none, some give longer ones than others accept; the same
// conversation always gets the same ids, so that prompt caches hold.
import { hash } from 'node:crypto';
import type { Part, ToolResultPart, Traits, Turn } from '../../../core/index.ts';
import { OpenCalls } from './open-calls.ts';

const hashLetters = 8;

export function fitCallIds(turns: readonly Turn[], traits: Traits): Turn[] {
  const used = new UsedIds(traits);
  const open = new OpenCalls();
  return turns.map((turn, at) => {
    if (!turn.parts.some(({ kind }) => kind === 'tool-call' || kind === 'tool-result')) return turn;
    const parts = turn.parts.map((part, index): Part => {
      if (part.kind === 'tool-call') {
        const known = part.id === '' ? madeUp(at, index, part.name) : legal(part.id, traits);
        const call = { ...part, id: used.unlike(known) };
        // A result that comes now is not for a call of an earlier turn under the same id.
        if (call.id !== known) open.forget(known, at);
        open.add({ known, turn: at, call });
        return call;
      }
      return part.kind === 'tool-result' ? answering(part, open, traits) : part;
    });
    return { ...turn, parts };
  });
}

/** A result without an id answers the first call of its name that has none yet. */
function answering(part: ToolResultPart, open: OpenCalls, traits: Traits): ToolResultPart {
  const id = part.callId === '' ? undefined : legal(part.callId, traits);
  const call = id === undefined ? open.takeNamed(part.name) : open.take(id);
  if (call === undefined) return { ...part, callId: id ?? madeUp(0, 0, part.name ?? '') };
  return { ...part, callId: call.id, name: call.name };
}

/** "tool_use ids must be unique" (400), and a result must find its own call. */
class UsedIds {
  readonly #used = new Set<string>();
  /** How often each has been asked for: some clients call the first call of every turn the same. */
  readonly #asked = new Map<string, number>();
  readonly #longest: number;

  constructor({ callId }: Traits) {
    this.#longest = callId.longest;
  }

  unlike(id: string): string {
    let found = id;
    let again = this.#asked.get(id) ?? 1;
    for (; this.#used.has(found); again++) {
      const start = id.slice(0, this.#longest - hashLetters - 1);
      found = `${start}_${hash('sha256', `${id} ${again}`).slice(0, hashLetters)}`;
    }
    this.#asked.set(id, again);
    this.#used.add(found);
    return found;
  }
}

function legal(id: string, { callId: { pattern, longest } }: Traits): string {
  if (id.length <= longest && pattern.test(id)) return id;
  const letters = [...id].map((letter) => (pattern.test(letter) ? letter : '_')).join('');
  return `${letters.slice(0, longest - hashLetters - 1)}_${hash('sha256', id).slice(0, hashLetters)}`;
}

function madeUp(turn: number, index: number, name: string): string {
  return `call_${hash('sha256', `${turn} ${index} ${name}`).slice(0, 24)}`;
}
