// Ids of tool calls as a dialect takes them. Some vendors give none, some give longer ones than others accept; the same
// conversation always gets the same ids, so that prompt caches hold.
import { hash } from 'node:crypto';
import type { Part, ToolCallPart, ToolResultPart, Traits, Turn } from '../../../core/index.ts';

const hashLetters = 8;

export function fitCallIds(turns: readonly Turn[], traits: Traits): Turn[] {
  const open: ToolCallPart[] = [];
  return turns.map((turn, at) => {
    if (!turn.parts.some(({ kind }) => kind === 'tool-call' || kind === 'tool-result')) return turn;
    const parts = turn.parts.map((part, index): Part => {
      if (part.kind === 'tool-call') {
        const call = { ...part, id: part.id === '' ? madeUp(at, index, part.name) : legal(part.id, traits) };
        open.push(call);
        return call;
      }
      return part.kind === 'tool-result' ? { ...part, callId: answered(part, open, traits) } : part;
    });
    return { ...turn, parts };
  });
}

/** A result without an id answers the first call of its name that has none yet. */
function answered(part: ToolResultPart, open: ToolCallPart[], traits: Traits): string {
  const id = part.callId === '' ? undefined : legal(part.callId, traits);
  const found = open.findIndex((call) => (id === undefined ? sameName(call, part) : call.id === id));
  const [call] = found < 0 ? [] : open.splice(found, 1);
  return id ?? call?.id ?? madeUp(0, 0, part.name ?? '');
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
