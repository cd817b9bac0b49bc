// Calls and their results, for turns of other dialects. "Please ensure that the number of function response parts is equal
// to the number of function call parts of the function call turn" (400; wire.md 4).
import type { Notes, ToolCallPart, ToolResultPart } from '../../../../core/index.ts';
import type { Content, Entry } from './turns.ts';

export function paired(contents: readonly Content[], notes: Notes): Content[] {
  if (!contents.some(({ own, entries }) => own === undefined && entries.some(isAboutTools))) return [...contents];
  const result: Content[] = [];
  for (let at = 0; at < contents.length; at++) {
    const content = contents[at] as Content;
    if (content.own !== undefined) {
      result.push(content);
      continue;
    }
    const calls = content.role === 'model' ? content.entries.filter(({ part }) => part.kind === 'tool-call') : [];
    if (calls.length === 0) {
      result.push(without(content, notes));
      continue;
    }
    const next = contents[at + 1];
    const answers = next?.role === 'user' && next.own === undefined ? next : undefined;
    if (answers !== undefined) at++;
    if (next?.own !== undefined && next.role === 'user') result.push(content);
    else result.push(content, answered(calls, answers?.entries ?? [], notes));
  }
  return result;
}

function isAboutTools({ part }: Entry): boolean {
  return part.kind === 'tool-call' || part.kind === 'tool-result';
}

/** A result that answers no call of the turn before. */
function without(content: Content, notes: Notes): Content {
  const entries = content.entries.filter(({ part }) => part.kind !== 'tool-result');
  if (entries.length < content.entries.length) notes.drop('toolResult');
  return { ...content, entries };
}

/** The results in the order of the calls, then whatever else the user says. */
function answered(calls: readonly Entry[], said: readonly Entry[], notes: Notes): Content {
  const left = new Map<string, Entry[]>();
  for (const entry of said) if (entry.part.kind === 'tool-result') listed(left, entry.part.callId).push(entry);
  for (const results of left.values()) results.reverse();
  const results = calls.map(({ part, from }): Entry => {
    const call = part as ToolCallPart;
    return left.get(call.id)?.pop() ?? { part: missing(call), from };
  });
  if ([...left.values()].some(({ length }) => length > 0)) notes.drop('toolResult');
  const others = said.filter(({ part }) => part.kind !== 'tool-result');
  return { role: 'user', entries: [...results, ...others], own: undefined };
}

function listed(left: Map<string, Entry[]>, id: string): Entry[] {
  const results = left.get(id) ?? [];
  left.set(id, results);
  return results;
}

function missing({ id, name }: ToolCallPart): ToolResultPart {
  return {
    kind: 'tool-result',
    callId: id,
    name,
    content: [{ kind: 'text', text: 'No result was given.' }],
    isError: true,
  };
}
