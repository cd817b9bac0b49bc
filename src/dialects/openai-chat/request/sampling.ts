// Members of a request that mean the same under another name, and the few with several spellings.
import { hash } from 'node:crypto';
import type { Conversation, Destination, Field, Notes, ServiceTier } from '../../../core/index.ts';
import { refusesSampling } from '../../canonical/openai-models.ts';
import { formOf, type Members, own } from '../members.ts';

type Plain = 'temperature' | 'topP' | 'seed' | 'frequencyPenalty' | 'presencePenalty' | 'answers' | 'topK';

const numbers: Readonly<Record<Plain, string>> = {
  temperature: 'temperature',
  topP: 'top_p',
  seed: 'seed',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  answers: 'n',
  // Not the dialect's, but many vendors take it.
  topK: 'top_k',
};
/** "Unsupported parameter … with this model": those that reason take none of these. */
const steering: ReadonlySet<string> = new Set(['temperature', 'topP', 'frequencyPenalty', 'presencePenalty']);
const pairs = Object.entries(numbers) as [Plain, string][];

type Sampling = Pick<
  Conversation,
  | Plain
  | 'parallelToolCalls'
  | 'maxOutputTokens'
  | 'stop'
  | 'logitBias'
  | 'logprobs'
  | 'verbosity'
  | 'serviceTier'
  | 'user'
  | 'metadata'
>;

export function decodeSampling(members: Members): Sampling {
  const found: Record<string, unknown> = {};
  for (const [name, wire] of pairs) {
    const value = members.number(wire);
    if (value !== undefined) found[name] = value;
  }
  return {
    ...found,
    ...one('parallelToolCalls', members.boolean('parallel_tool_calls')),
    ...one('maxOutputTokens', decodeCap(members)),
    ...one('stop', decodeStop(members)),
    ...one('logitBias', members.object('logit_bias')),
    ...one('logprobs', decodeLogprobs(members)),
    ...one('verbosity', members.string('verbosity')),
    ...one('serviceTier', decodeTier(members)),
    ...one('user', decodeUser(members)),
    ...one('metadata', members.object('metadata')),
  };
}

function one<K extends keyof Sampling>(name: K, value: Sampling[K]): Pick<Sampling, K> | object {
  return value === undefined ? {} : { [name]: value };
}

const caps = ['max_completion_tokens', 'max_tokens'] as const;

function decodeCap(members: Members): number | undefined {
  for (const name of caps) {
    const cap = members.number(name);
    if (cap === undefined) continue;
    members.form.maxTokens = name;
    return cap;
  }
  return undefined;
}

function decodeStop(members: Members): readonly string[] | undefined {
  const single = members.string('stop');
  if (single !== undefined) {
    members.form.stop = 'string';
    return [single];
  }
  const list = members.node.stop;
  if (!Array.isArray(list) || list.length === 0 || !list.every((stop) => typeof stop === 'string')) return undefined;
  return members.list('stop') as readonly string[];
}

function decodeLogprobs(members: Members): number | undefined {
  const wanted = members.boolean('logprobs');
  if (wanted === false) members.form.logprobs = false;
  if (wanted !== true) return undefined;
  const top = members.number('top_logprobs');
  if (top === 0) members.form.topLogprobs = 0;
  return top ?? 0;
}

const tiers: readonly unknown[] = ['auto', 'default', 'flex', 'priority'] satisfies ServiceTier[];

function decodeTier(members: Members): ServiceTier | undefined {
  const known = tiers.includes(members.node.service_tier);
  return known ? (members.string('service_tier') as ServiceTier) : undefined;
}

/** `safety_identifier` is the newer name for one of the two uses of `user`. */
function decodeUser(members: Members): string | undefined {
  const user = members.string('user');
  if (user !== undefined) return user;
  const identifier = members.string('safety_identifier');
  if (identifier !== undefined) members.form.user = 'safety_identifier';
  return identifier;
}

export function encodeSampling(
  conversation: Conversation,
  out: Record<string, unknown>,
  { model, notes, facts }: Pick<Destination, 'model' | 'notes' | 'facts'>,
): void {
  const isOwn = conversation.extra?.dialect === own;
  const refuses = !isOwn && refusesSampling(model);
  const form = formOf(conversation.extra);
  for (const [name, wire] of pairs) {
    if (conversation[name] === undefined) continue;
    if (!isOwn && (name === 'topK' || (refuses && steering.has(name)))) notes.drop(name);
    else out[wire] = conversation[name];
  }
  const { maxOutputTokens, stop, logitBias, verbosity, serviceTier, user, metadata, parallelToolCalls } = conversation;
  const put = (name: string, value: unknown) => {
    if (value !== undefined) out[name] = value;
  };
  put(typeof form.maxTokens === 'string' ? form.maxTokens : (facts.maxTokensField ?? 'max_tokens'), maxOutputTokens);
  if (!refuses)
    put('stop', form.stop === 'string' && stop?.length === 1 ? stop[0] : isOwn ? stop : fewest(stop, notes));
  else if (stop !== undefined) notes.drop('stop');
  put('logit_bias', logitBias);
  encodeLogprobs(conversation, out);
  put('verbosity', verbosity);
  put('service_tier', serviceTier);
  put(form.user === 'safety_identifier' ? form.user : 'user', isOwn ? user : short(user));
  // Refused by OpenAI unless the completion is to be stored, which no other dialect asks for.
  put('metadata', isOwn ? metadata : dropped('metadata', metadata, notes));
  // OpenAI refuses it where there are no tools.
  if (isOwn || out.tools !== undefined) put('parallel_tool_calls', parallelToolCalls);
}

function dropped(field: Field, value: unknown, notes: Notes): undefined {
  if (value !== undefined) notes.drop(field);
}

function encodeLogprobs({ logprobs, extra }: Conversation, out: Record<string, unknown>): void {
  const form = formOf(extra);
  if (logprobs === undefined) {
    if (form.logprobs === false) out.logprobs = false;
    return;
  }
  out.logprobs = true;
  if (logprobs > 0 || form.topLogprobs === 0) out.top_logprobs = logprobs;
}

const mostStops = 4;

/** OpenAI refuses more; the text just ends later. */
function fewest(stop: readonly string[] | undefined, notes: Notes): readonly string[] | undefined {
  if (stop === undefined || stop.length <= mostStops) return stop;
  notes.drop('stop');
  return stop.slice(0, mostStops);
}

const longestUser = 64;

/** OpenAI refuses longer ids; elsewhere they are whole JSON texts (wire.md 15). */
function short(user: string | undefined): string | undefined {
  return user === undefined || user.length <= longestUser ? user : hash('sha256', user).slice(0, longestUser);
}
