// What OpenAI's own models refuse with a 400, by their names. Clients of this dialect know their model; those of others
// were written for another one and cannot be expected to.
import type { Effort } from '../../../core/index.ts';

const plain = /(^|\/)(ft:)?(gpt-3|gpt-4|chatgpt-|gpt-5(\.\d+)?-chat)/;
const reasoning = /(^|\/)(o\d|codex-|gpt-5)/;
/** `none` came with gpt-5.1. */
const beforeNone = /(^|\/)(o\d|codex-|gpt-5($|-))/;
const withMinimal = /(^|\/)gpt-5(-mini|-nano)?($|-2)/;

/** "Encrypted content is not supported with this model" (pydantic-ai#2865, #3326); nor is `reasoning.effort`. */
export function cannotReason(model: string): boolean {
  return plain.test(model);
}

/** "Unsupported parameter: 'temperature' is not supported with this model"; nor is `top_p`. */
export function refusesSampling(model: string): boolean {
  return reasoning.test(model) && !plain.test(model);
}

/** The least effort the model takes: the nearest to not reasoning at all. */
export function leastEffort(model: string): Effort {
  if (!beforeNone.test(model)) return 'none';
  return withMinimal.test(model) ? 'minimal' : 'low';
}
