// Tool calls without an id get one before the client sees them: one dialect often gives none (wire.md 5.9), the
// others cannot do without. Two calls of one conversation never share an id, for it hangs on the gateway's own id of the
// call; the same answer told again would get the same.
import { hash } from 'node:crypto';
import type { Answer, Part } from '../../core/index.ts';
import type { Stage } from '../../dialects/canonical/stage.ts';

export function nameCalls(answer: Answer, callId: string): Answer {
  if (!answer.candidates.some(({ parts }) => parts.some(isNameless))) return answer;
  const candidates = answer.candidates.map((candidate) => ({
    ...candidate,
    parts: candidate.parts.map((part, index) => named(part, callId, candidate.index, index)),
  }));
  return { ...answer, candidates };
}

export function namingCalls(callId: string): Stage {
  return (delta) => {
    if (delta.type !== 'part-start' || !isNameless(delta.part)) return [delta];
    return [{ ...delta, part: named(delta.part, callId, delta.candidate, delta.index) }];
  };
}

function isNameless(part: Part): boolean {
  return part.kind === 'tool-call' && part.id === '';
}

function named(part: Part, callId: string, candidate: number, index: number): Part {
  if (part.kind !== 'tool-call' || part.id !== '') return part;
  return { ...part, id: `call_${hash('sha256', `${callId} ${candidate} ${index}`).slice(0, 24)}` };
}
