// The wishes of a conversation in the words of this dialect.
import { hash } from 'node:crypto';
import type { Conversation, Destination, Effort, Extra, OutputFormat, ReasoningWish } from '../../../core/index.ts';
import { effortOf as effortOfBudget } from '../../canonical/effort.ts';
import { cannotReason, refusesSampling, takenEffort } from '../../canonical/openai-models.ts';
import { type Draft, formOf, own, present, withExtra } from '../members.ts';
import { includes, logprobsInclude } from './wishes-in.ts';

export const encryptedInclude = 'reasoning.encrypted_content';

/** Longer ones are refused: "string too long. Expected a string with maximum length 64". */
const longestUser = 64;
const leastOutput = 16;
export function encodeReasoningWish({ reasoning, extra }: Conversation, to: Destination): Draft | undefined {
  const kept = formOf(extra).reasoning as Extra | undefined;
  if (reasoning === undefined && kept === undefined) return undefined;
  if (extra?.dialect !== own && cannotReason(to.model)) {
    if (reasoning?.enabled !== false) to.notes.drop('reasoning');
    return undefined;
  }
  // Who turns reasoning on elsewhere is shown it, unless it asks not to be; here it has to be asked for.
  const shown = reasoning?.enabled === true && extra?.dialect !== own ? 'auto' : undefined;
  const summary = reasoning?.summary === 'none' ? undefined : (reasoning?.summary ?? shown);
  const draft = withExtra(present({ effort: effortOf(reasoning, to, extra?.dialect === own), summary }), kept);
  return Object.keys(draft).length === 0 && kept === undefined ? undefined : draft;
}

/** A budget is said as an effort; the model's own choice by leaving it out. */
function effortOf(wish: ReasoningWish | undefined, to: Destination, isOwn: boolean): Effort | undefined {
  if (isOwn) return wish?.effort ?? (wish?.enabled === false ? 'none' : budgetAsEffort(wish, to));
  const wanted = wish?.enabled === false ? 'none' : (wish?.effort ?? budgetAsEffort(wish, to));
  if (wanted === undefined) return undefined;
  const taken = takenEffort(wanted, to.model);
  if (wanted === 'none' && taken !== 'none') to.notes.drop('reasoning');
  return taken;
}

function budgetAsEffort(wish: ReasoningWish | undefined, { notes }: Destination): Effort | undefined {
  if (wish?.budget === undefined || wish.budget < 0) return undefined;
  notes.drop('reasoning.budget');
  return effortOfBudget(wish.budget);
}

/** `temperature` and `top_p`, where the model takes them. */
export function encodeSampling({ temperature, topP, extra }: Conversation, { model, notes }: Destination): Draft {
  if (extra?.dialect === own || !refusesSampling(model)) return { temperature, top_p: topP };
  if (temperature !== undefined) notes.drop('temperature');
  if (topP !== undefined) notes.drop('topP');
  return {};
}

export function encodeText({ format, verbosity, extra }: Conversation, to: Destination): Draft | undefined {
  const kept = formOf(extra).text as Extra | undefined;
  if (format === undefined && verbosity === undefined && kept === undefined) return undefined;
  to.notes.dropExtra('format', format?.extra, own);
  return withExtra(present({ format: format && encodeFormat(format), verbosity }), kept);
}

function encodeFormat({ kind, name, description, schema, strict, extra }: OutputFormat): Draft {
  if (kind === 'text') return withExtra({ type: 'text' }, extra);
  if (kind === 'json' || (schema === undefined && extra?.dialect !== own)) {
    return withExtra({ type: 'json_object' }, extra);
  }
  const isOwn = extra?.dialect === own;
  const draft = {
    type: 'json_schema',
    // A name is demanded.
    name: name ?? (isOwn ? undefined : 'response'),
    description,
    schema,
    strict: strict ?? (isOwn ? undefined : false),
  };
  return withExtra(present(draft), extra);
}

export function encodeInclude(conversation: Conversation, model: string): string[] | undefined {
  const { logprobs, extra } = conversation;
  const wanted = extra?.dialect === own ? includes(formOf(extra)) : usualIncludes(conversation, model);
  const topOnly = formOf(extra).topLogprobs !== undefined && !wanted.includes(logprobsInclude);
  const list = wanted.filter((name) => name !== logprobsInclude || logprobs !== undefined);
  if (logprobs !== undefined && !topOnly && !list.includes(logprobsInclude)) list.push(logprobsInclude);
  return list.length > 0 || formOf(extra).include !== undefined ? list : undefined;
}

/** What other dialects tell unasked. */
function usualIncludes({ tools }: Conversation, model: string): string[] {
  return [
    // Or a model that reasons forgets why it called its tools: nothing is stored for a foreign client.
    ...(cannotReason(model) ? [] : [encryptedInclude]),
    ...(tools.some(({ kind }) => kind === 'web-search') ? ['web_search_call.action.sources'] : []),
  ];
}

export function encodeTopLogprobs({ logprobs, extra }: Conversation): number | undefined {
  const before = formOf(extra).topLogprobs;
  if (logprobs === undefined) return before === 0 ? 0 : undefined;
  return logprobs > 0 || before !== undefined ? logprobs : undefined;
}

/** Opaque, and of limited length: one that is longer is told by its hash. */
export function encodeUser({ user, extra }: Conversation): Draft {
  if (user === undefined) return {};
  const fits = extra?.dialect === own || user.length <= longestUser;
  const text = fits ? user : hash('sha256', user);
  return formOf(extra).user === 'safety_identifier' ? { safety_identifier: text } : { user: text };
}

/** Less is refused ("integer below minimum value"); what is asked for elsewhere may be a single token. */
export function encodeCap({ maxOutputTokens: cap, extra }: Conversation, { notes }: Destination): number | undefined {
  if (cap === undefined || cap >= leastOutput || extra?.dialect === own) return cap;
  notes.drop('maxOutputTokens');
  return leastOutput;
}

export function encodeState({ state, extra }: Conversation): Draft {
  // What another dialect's client says is in its next request again; nobody would ever ask for it here.
  if (extra?.dialect !== own) return { store: false };
  const { conversationId: id } = state ?? {};
  const conversation = formOf(extra).conversation === 'object' && id !== undefined ? { id } : id;
  return {
    previous_response_id: state?.previousResponseId,
    conversation,
    store: state?.store,
    background: state?.background,
  };
}
