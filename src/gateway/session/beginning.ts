// How a conversation began: its system prompt and the first turn of its user. Every request of it carries both, and most
// conversations differ there. Only so much of the body is parsed as holds them.
import type { ReadBody } from '../../upstream/body/body.ts';
import { elementsOf } from './elements.ts';
import { bytesOf, memberIn, parsed } from './member.ts';

/** Of the system prompt. Clients write what changes (the date, the state of their files) at its end. */
const mostSystem = 4096;
/** Within which the first turn of the user must begin; longer ones are known by what is of them here. */
const mostTurns = 256 * 1024;

const systems = ['system', 'instructions', 'systemInstruction', 'system_instruction'];
const turns = ['messages', 'contents', 'input'];

/** Undefined where there is no turn of a user. */
export function beginningOf(body: ReadBody): string | undefined {
  const name = turns.find((key) => memberIn(body, key) !== undefined);
  const member = name && memberIn(body, name);
  if (!member) return undefined;
  const first = firstTurns(bytesOf(body, member, mostTurns));
  if (first === undefined) return undefined;
  const system = systems.map((key) => memberIn(body, key)).find((found) => found !== undefined);
  return `${system === undefined ? '' : bytesOf(body, system, mostSystem).toString('latin1')}\n${first}`;
}

/** A text, or a list of turns up to the first of the user. */
function firstTurns(bytes: Buffer): string | undefined {
  if (bytes[0] !== 0x5b) return bytes[0] === 0x22 ? bytes.toString('latin1', 0, mostSystem) : undefined;
  const told: string[] = [];
  for (const element of elementsOf(bytes)) {
    const turn = parsed(element);
    // Cut off, or a text among the turns.
    if (typeof turn !== 'object' || turn === null)
      return [...told, element.toString('latin1', 0, mostSystem)].join('\n');
    const { role = 'user' } = turn as { role?: unknown };
    // Marks that clients move from turn to turn (where a cache ends) are none of the words.
    const words = wordsIn(turn).slice(0, mostSystem);
    told.push(role === 'user' && words === '' ? element.toString('latin1', 0, mostSystem) : words);
    if (role === 'user') return told.join('\n');
  }
  return undefined;
}

function wordsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(wordsIn).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  const { text, content, parts } = value as Record<string, unknown>;
  return wordsIn(text ?? content ?? parts);
}
