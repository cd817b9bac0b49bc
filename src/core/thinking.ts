// The suffix of a model's name that says how much it shall think: `fast(high)`, `fast(8192)`.
import type { Thinking } from './target.ts';

/** In words; a number of tokens may be written as well. */
export const thinkingSteps: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'auto'];
/** Digits enough for any budget of tokens. */
const suffix = /^(.+)\((none|minimal|low|medium|high|xhigh|auto|\d{1,7})\)$/;

/** The name without its suffix; a name in other brackets is a name as it is. */
export function withoutSuffix(name: string): { readonly name: string; readonly thinking: Thinking | undefined } {
  if (!name.endsWith(')')) return { name, thinking: undefined };
  const [, bare, asked] = suffix.exec(name) ?? [];
  if (bare === undefined || asked === undefined) return { name, thinking: undefined };
  return { name: bare, thinking: thinkingSteps.includes(asked) ? (asked as Thinking) : Number(asked) };
}
