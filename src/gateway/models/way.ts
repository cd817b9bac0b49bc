// What a name picks up on its way through the model map: each target of a group adds what its configuration says.
import type { LoadedModelTarget } from '../../config/loaded.ts';
import type { JsonObject, OnFailure, Thinking } from '../../core/index.ts';

export interface Way {
  /** Of the target that is followed right now. */
  readonly weight: number;
  readonly on: readonly OnFailure[] | undefined;
  /** `accounts:` of all targets that were followed: an account must be among those of each. */
  readonly accounts: readonly (readonly string[])[];
  readonly set: JsonObject | undefined;
  readonly thinking: Thinking | undefined;
}

export const start: Way = { weight: 1, on: undefined, accounts: [], set: undefined, thinking: undefined };

/** What was said nearer to the client counts: a group is asked for in the words of whoever refers to it. */
export function along(way: Way, { weight, on, accounts, set, thinking }: LoadedModelTarget): Way {
  return {
    weight,
    on,
    accounts: accounts === undefined ? way.accounts : [...way.accounts, accounts],
    set: set === undefined ? way.set : { ...set, ...way.set },
    thinking: way.thinking ?? thinking,
  };
}

/** A name that came with a suffix. */
export function thinking(way: Way, asked: Thinking): Way {
  return way.thinking === undefined ? { ...way, thinking: asked } : way;
}
