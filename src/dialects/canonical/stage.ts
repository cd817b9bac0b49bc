// A step of a stream's way from one dialect to another.
import type { Delta } from '../../core/index.ts';

export type Stage = (delta: Delta) => readonly Delta[];

/** Several steps as one; undefined where none has anything to do. */
export function inTurn(stages: readonly (Stage | undefined)[]): Stage | undefined {
  const [first, ...others] = stages.filter((stage) => stage !== undefined);
  if (first === undefined) return undefined;
  return others.reduce<Stage>((before, stage) => (delta) => before(delta).flatMap(stage), first);
}
