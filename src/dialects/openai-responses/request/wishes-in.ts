// What a request asks for besides an answer: reasoning, format, log probabilities, tier, state.
import type {
  Conversation,
  Effort,
  JsonObject,
  OutputFormat,
  ReasoningWish,
  ServiceTier,
  StateWish,
} from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import { type Draft, given, Members } from '../members.ts';

type Wish<K extends keyof Conversation> = Pick<Conversation, K>;

const efforts: ReadonlySet<unknown> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);
const summaries: ReadonlySet<unknown> = new Set(['auto', 'concise', 'detailed']);
const tiers: ReadonlySet<unknown> = new Set(['auto', 'default', 'flex', 'priority']);
export const logprobsInclude = 'message.output_text.logprobs';

/** They are given where `include` names them; `top_logprobs` says how many alternatives. */
export function decodeLogprobs(members: Members, form: Draft): Wish<'logprobs'> {
  const include = members.list('include');
  const top = members.number('top_logprobs');
  if (include !== undefined) form.include = include;
  if (top !== undefined) form.topLogprobs = top;
  if (include?.includes(logprobsInclude)) return { logprobs: top ?? 0 };
  return top === undefined || top === 0 ? {} : { logprobs: top };
}

export function decodeReasoningWish(members: Members, form: Draft): Wish<'reasoning'> {
  const node = members.object('reasoning');
  if (node === undefined) return {};
  const inner = new Members(node);
  const effort = efforts.has(node.effort) ? (inner.take('effort') as Effort) : undefined;
  const summary = summaries.has(node.summary) ? (inner.take('summary') as ReasoningWish['summary']) : undefined;
  form.reasoning = inner.extra();
  if (effort === undefined && summary === undefined) return {};
  return {
    reasoning: {
      ...(effort === 'none' ? { enabled: false } : {}),
      ...given('effort', effort),
      ...given('summary', summary),
    },
  };
}

export function decodeFormat(members: Members, form: Draft): Wish<'format' | 'verbosity'> {
  const node = members.object('text');
  if (node === undefined) return {};
  const inner = new Members(node);
  const verbosity = inner.string('verbosity');
  const format = readFormat(asObject(node.format));
  if (format !== undefined) inner.take('format');
  form.text = inner.extra();
  return { ...given('format', format), ...given('verbosity', verbosity) };
}

function readFormat(node: JsonObject | undefined): OutputFormat | undefined {
  if (node === undefined) return undefined;
  const members = new Members(node);
  switch (members.take('type')) {
    case 'text':
      return { kind: 'text', ...given('extra', members.plainExtra()) };
    case 'json_object':
      return { kind: 'json', ...given('extra', members.plainExtra()) };
    case 'json_schema':
      return {
        kind: 'schema',
        ...given('name', members.string('name')),
        ...given('description', members.string('description')),
        ...given('schema', members.object('schema')),
        ...given('strict', members.boolean('strict')),
        extra: members.extra(),
      };
    default:
      return undefined;
  }
}

export function decodeTier(members: Members): Wish<'serviceTier'> {
  return tiers.has(members.node.service_tier) ? { serviceTier: members.take('service_tier') as ServiceTier } : {};
}

/** `safety_identifier` replaces the older `user`; where both are given they say different things. */
export function decodeUser(members: Members, form: Draft): Wish<'user'> {
  const user = members.string('user');
  if (user !== undefined) return { user };
  const identifier = members.string('safety_identifier');
  if (identifier === undefined) return {};
  form.user = 'safety_identifier';
  return { user: identifier };
}

export function decodeState(members: Members, form: Draft): Wish<'state'> {
  const { conversation } = members.node;
  const id = typeof conversation === 'string' ? conversation : asObject(conversation)?.id;
  const known = typeof id === 'string' && (typeof conversation === 'string' || isBare(conversation));
  if (known) {
    members.take('conversation');
    form.conversation = typeof conversation === 'string' ? 'id' : 'object';
  }
  const state: StateWish = {
    ...given('previousResponseId', members.string('previous_response_id')),
    ...(known ? { conversationId: id } : {}),
    ...given('store', members.boolean('store')),
    ...given('background', members.boolean('background')),
  };
  return Object.keys(state).length === 0 ? {} : { state };
}

function isBare(node: unknown): boolean {
  return Object.keys(asObject(node) ?? {}).length === 1;
}

/** Names of what is to be in the answer besides. */
export function includes(form: JsonObject): string[] {
  return (asArray(form.include) ?? []).filter((name) => typeof name === 'string');
}
