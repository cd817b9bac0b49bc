// What one attempt learns of its answer besides the bytes. Attempts may run side by side, so each has its own; that of the
// attempt that is answered becomes the call's.
import type { EventMeaning, JsonObject, Usage, UsageSource } from '../../core/index.ts';
import type { Told } from '../translate/crossing.ts';

const nothing: readonly string[] = [];
const none: readonly EventMeaning[] = [];

export class Findings {
  /** What the answer's first events said; usage may stand there only. */
  opening: readonly EventMeaning[] = none;
  usage: Usage | undefined = undefined;
  usageSource: UsageSource = 'reported';
  /** The answer came to its end, reported nothing and said nothing. */
  empty = false;
  /** Of a translated answer: what the upstream said it used. */
  told: Told | undefined = undefined;
  /** Told the answer as the client gets it, where requests may go on from it and nobody else keeps it. */
  keeps: ((response: JsonObject) => void) | undefined = undefined;
  /** Fields left out of the upstream body, each once. */
  dropped: readonly string[] = nothing;
}
