// Ids of tool calls as a dialect takes them. Some vendors give none, some give longer ones than others accept; the same
// conversation always gets the same ids, so that prompt caches hold.
import { hash } from 'node:crypto';
import type { Part, ToolCallPart, ToolResultPart, Traits, Turn } from '../../../core/index.ts';

const hashLetters = 8;

/** A call that has no result yet. */
interface Open {
  /** The id its client knows it by; some vendors give every turn's first call the same. */
  readonly known: string;
  readonly turn: number;
  readonly call: ToolCallPart;
}

export function fitCallIds(turns: readonly Turn[], traits: Traits): Turn[] {
  const used = new Set<string>();
  let open: Open[] = [];
  return turns.map((turn, at) => {
    if (!turn.parts.some(({ kind }) => kind === 'tool-call' || kind === 'tool-result')) return turn;
    const parts = turn.parts.map((part, index): Part => {
      if (part.kind === 'tool-call') {
        const known = part.id === '' ? madeUp(at, index, part.name) : legal(part.id, traits);
        const call = { ...part, id: unused(known, used, traits) };
        // A result that comes now is not for a call of an earlier turn under the same id.
        if (call.id !== known) open = open.filter((other) => other.known !== known || other.turn === at);
        used.add(call.id);
        open.push({ known, turn: at, call });
        return call;
      }
      return part.kind === 'tool-result' ? answering(part, open, traits) : part;
    });
    return { ...turn, parts };
  });
}

/** A result without an id answers the first call of its name that has none yet. */
function answering(part: ToolResultPart, open: Open[], traits: Traits): ToolResultPart {
  const id = part.callId === '' ? undefined : legal(part.callId, traits);
  const found = open.findIndex(({ known, call }) => (id === undefined ? sameName(call, part) : known === id));
  const [one] = found < 0 ? [] : open.splice(found, 1);
  if (one === undefined) return { ...part, callId: id ?? madeUp(0, 0, part.name ?? '') };
  return { ...part, callId: one.call.id, name: one.call.name };
}

/** "tool_use ids must be unique" (400), and a result must find its own call. */
function unused(id: string, used: ReadonlySet<string>, { callId: { longest } }: Traits): string {
  let found = id;
  for (let again = 1; used.has(found); again++) {
    found = `${id.slice(0, longest - hashLetters - 1)}_${hash('sha256', `${id} ${again}`).slice(0, hashLetters)}`;
  }
  return found;
}

function sameName(call: ToolCallPart, { name }: ToolResultPart): boolean {
  return name === undefined || call.name === name;
}

function legal(id: string, { callId: { pattern, longest } }: Traits): string {
  if (id.length <= longest && pattern.test(id)) return id;
  const letters = [...id].map((letter) => (pattern.test(letter) ? letter : '_')).join('');
  return `${letters.slice(0, longest - hashLetters - 1)}_${hash('sha256', id).slice(0, hashLetters)}`;
}

function madeUp(turn: number, index: number, name: string): string {
  return `call_${hash('sha256', `${turn} ${index} ${name}`).slice(0, 24)}`;
}
