// What generations of models understand, by name. Only requests of other dialects are fitted to it: a client of this
// dialect knows its model. The first row whose pattern is found in the name counts. Sources: wire.md, section 6;
// https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking, /adaptive-thinking, /effort, /thinking.
import type { Effort } from '../../core/index.ts';

export interface Abilities {
  /** `adaptive`: `{type: adaptive}` and `output_config.effort`; `budget`: `{type: enabled, budget_tokens}`; `none`: neither. */
  readonly thinking: 'adaptive' | 'budget' | 'none';
  readonly efforts: readonly Effort[];
  /** What switches thinking off; some always think, and refuse to be told not to. */
  readonly off: 'disabled' | 'between_tools' | undefined;
  /** Takes a `tool_choice` that forces a call. */
  readonly forced: boolean;
  /** Takes `temperature`, `top_p` and `top_k`: those since Opus 4.7 answer 400. */
  readonly sampling: boolean;
  /** Takes `strict` on tools. */
  readonly strict: boolean;
  /** Tokens that an answer may have: an output cap made up here stays below. */
  readonly longest: number;
  /** A cap above that is refused: "which is the maximum allowed number of output tokens". */
  readonly refusesMore: boolean;
  /** The output cap where nobody named one. */
  readonly usual: number;
}

const three = ['low', 'medium', 'high'] as const;
const old: Abilities = {
  thinking: 'none',
  efforts: [],
  off: 'disabled',
  forced: true,
  sampling: true,
  strict: false,
  longest: 8_192,
  refusesMore: true,
  usual: 8_192,
};
const oldest: Abilities = { ...old, longest: 4_096, usual: 4_096 };
/** Some of these refuse a cap that the context window has no room for beside the prompt. */
const budgeted: Abilities = { ...old, thinking: 'budget', longest: 64_000 };
/** Others take "no cap" for "as long as it can be"; so do these, as far as they can be told so. */
const adaptive: Abilities = {
  ...budgeted,
  thinking: 'adaptive',
  efforts: [...three, 'max'],
  strict: true,
  longest: 128_000,
  usual: 64_000,
};
const newest: Abilities = { ...adaptive, efforts: [...three, 'xhigh', 'max'], sampling: false };
const alwaysThinking: Abilities = { ...newest, off: undefined };

/** Minor versions have one or two digits, dates (`claude-opus-4-20250514`) eight; Bedrock and Vertex put words around. */
const rows: readonly (readonly [RegExp, Abilities])[] = [
  [/claude-(?:instant|v?[12]\b)/, oldest],
  [/claude-3[-.]7/, budgeted],
  [/claude-3[-.]5/, old],
  [/claude-3(?!\d)/, oldest],
  [/claude-sonnet-4[-.]6(?!\d)/, { ...adaptive, longest: 64_000 }],
  [/claude-[a-z]+-4[-.]6(?!\d)/, adaptive],
  [/claude-[a-z]+-4[-.](?:[7-9]|[1-9]\d)(?!\d)/, newest],
  [/claude-[a-z]+-4[-.]5(?!\d)/, { ...budgeted, strict: true }],
  // Opus 4 and 4.1 write less than the others of their time.
  [/claude-opus-4(?!\d)/, { ...budgeted, longest: 32_000 }],
  [/claude-[a-z]+-4(?!\d)/, budgeted],
  // "Not supported: thinking disabled", nor, since 5.1, a forced tool.
  [/claude-mythos-preview|claude-(?:fable|mythos)-\d+[-.]\d{1,2}(?!\d)/, { ...alwaysThinking, forced: false }],
  [/claude-(?:fable|mythos)/, alwaysThinking],
  [/claude-opus-5[-.]\d{1,2}(?!\d)/, { ...alwaysThinking, forced: false }],
  [/claude-sonnet-5[-.]\d{1,2}(?!\d)/, { ...newest, off: 'between_tools', forced: false }],
  [/claude/, newest],
];

/** Vendors that are compatible with this dialect took the older words over, most of them not the newer. */
const compatible: Abilities = { ...budgeted, longest: 32_000, refusesMore: false };

/** A Claude of a name unknown is taken for a new one. */
export function abilitiesOf(model: string): Abilities {
  return rows.find(([pattern]) => pattern.test(model))?.[1] ?? compatible;
}
