// What models asked in a dialect of OpenAI's take, by their names: anything else is a 400. Clients of these dialects know
// their model; those of others were written for another one and cannot be expected to.
import type { Effort } from '../../core/index.ts';

const plain = /(^|\/)(ft:)?(gpt-3|gpt-4|chatgpt-|gpt-5(\.\d+)?-chat)/;
const reasoning = /(^|\/)(o\d|codex-|gpt-5)/;

/** "Encrypted content is not supported with this model" (pydantic-ai#2865, #3326); nor is `reasoning.effort`. */
export function cannotReason(model: string): boolean {
  return plain.test(model);
}

/** "Unsupported parameter: 'temperature' is not supported with this model"; nor is `top_p`. */
export function refusesSampling(model: string): boolean {
  return reasoning.test(model) && !plain.test(model);
}

const usual: readonly Effort[] = ['low', 'medium', 'high'];

/** Efforts: the first that matches. https://platform.openai.com/docs/guides/reasoning and /docs/models */
const rows: readonly (readonly [RegExp, readonly Effort[]])[] = [
  [/(?:^|\/)(?:o\d|codex-)/, usual],
  [/gpt-5-pro/, ['high']],
  [/gpt-5(?:-mini|-nano)?(?:$|-\d{4})/, ['minimal', ...usual]],
  [/gpt-5-/, usual],
  [/gpt-5\.1-codex-max/, [...usual, 'xhigh']],
  [/gpt-5\.1-codex/, usual],
  [/gpt-5\.1(?!\d)/, ['none', ...usual]],
  [/gpt-5\.[2-5](?!\d).*-(?:codex|pro)/, [...usual, 'xhigh']],
  [/gpt-5\.[2-5](?!\d)/, ['none', ...usual, 'xhigh']],
  [/gpt-(?:5\.|[6-9])/, ['none', ...usual, 'xhigh', 'max']],
];

/** What nearly all models of other vendors know. */
const common: readonly Effort[] = ['none', ...usual];

const order: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The effort itself where the model takes it, else the next above that it does, else its greatest. */
export function takenEffort(effort: Effort, model: string): Effort {
  const known = rows.find(([pattern]) => pattern.test(model))?.[1] ?? common;
  const wanted = order.indexOf(effort);
  return known.find((one) => order.indexOf(one) >= wanted) ?? known.at(-1) ?? effort;
}
