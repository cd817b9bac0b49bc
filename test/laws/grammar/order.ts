// The order every stream of deltas keeps: see `Delta` in src/core/chat.ts.
import assert from 'node:assert/strict';
import type { Delta } from '../../../src/core/index.ts';

interface State {
  next: number;
  open: number | undefined;
  finished: boolean;
}

export function checkOrder(deltas: readonly Delta[]): void {
  const candidates = new Map<number, State>();
  const last = deltas.at(-1);
  for (const [at, delta] of deltas.entries()) {
    const where = `delta ${at} (${delta.type})`;
    switch (delta.type) {
      case 'answer-start':
        assert.equal(at, 0, `${where} is not the first`);
        break;
      case 'answer-end':
      case 'fault':
        assert.equal(delta, last, `${where} is not the last`);
        break;
      default:
        assert.equal(deltas[0]?.type, 'answer-start', `${where} before answer-start`);
        step(stateOf(candidates, delta.candidate), delta, where);
    }
  }
  if (last?.type !== 'answer-end') return;
  for (const state of candidates.values()) assert.ok(state.open === undefined && state.finished, 'ended unfinished');
}

function stateOf(candidates: Map<number, State>, candidate: number): State {
  const found = candidates.get(candidate) ?? { next: 0, open: undefined, finished: false };
  candidates.set(candidate, found);
  return found;
}

type Within = Exclude<Delta, { type: 'answer-start' | 'answer-end' | 'fault' }>;

function step(state: State, delta: Within, where: string): void {
  assert.equal(state.finished, false, `${where} after finish`);
  switch (delta.type) {
    case 'part-start':
      assert.equal(state.open, undefined, `${where} while part ${state.open} is open`);
      assert.equal(delta.index, state.next, `${where} has index ${delta.index}`);
      state.open = delta.index;
      state.next++;
      return;
    case 'part-delta':
      assert.equal(state.open, delta.index, `${where} of a part that is not open`);
      return;
    case 'part-end':
      assert.equal(state.open, delta.index, `${where} of a part that is not open`);
      state.open = undefined;
      return;
    case 'finish':
      assert.equal(state.open, undefined, `${where} while part ${state.open} is open`);
      state.finished = true;
  }
}
