// The response object: what was asked, repeated, around what was answered. The SDK's type demands most of these members.
import type { Conversation, Extra, Finish, JsonObject, ReplyFacts, Usage } from '../../../core/index.ts';
import { asObject } from '../../json.ts';
import { plainUsage } from '../../usage.ts';
import { type Draft, formOf, own, present, withExtra } from '../members.ts';
import { ownId } from '../state/items.ts';
import { encodeEcho } from './echo.ts';
import { encodeFinish } from './finish.ts';
import { encodeUsage } from './usage.ts';

export interface Head {
  readonly id?: string;
  readonly model?: string;
  readonly created?: number;
  readonly extra?: Extra;
}

/** A response that has begun: everything but the answer. */
export function begun(head: Head, reply: ReplyFacts): Draft {
  const isOwn = head.extra?.dialect === own;
  return {
    id: isOwn && head.id !== undefined ? head.id : `${ownId}${reply.callId}`,
    object: 'response',
    created_at: (isOwn ? head.created : undefined) ?? reply.now,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    ...echoOf(head, reply.conversation),
    model: head.model ?? reply.model,
    output: [],
    usage: null,
  };
}

export interface Ended {
  readonly head: Head;
  readonly output: readonly Draft[];
  readonly finish: Finish;
  readonly usage: Usage | undefined;
  readonly serviceTier: string | undefined;
}

export function ended(end: Ended, reply: ReplyFacts): Draft {
  const { head, output, finish, usage, serviceTier } = end;
  const form = formOf(head.extra);
  const rest = asObject(form.rest);
  if (rest !== undefined) return present(ownEnded(end, form, rest, reply));
  const status = encodeFinish(finish);
  const tier = tierOf(serviceTier) ?? reply.conversation.serviceTier;
  return {
    ...begun(head, reply),
    ...status,
    ...(status.status === 'completed' ? { completed_at: reply.now } : {}),
    ...(tier === undefined ? {} : { service_tier: tier }),
    output,
    // Clients have been seen to fail on a response that ends without counts: none known is none.
    usage: encodeUsage(usage ?? nothing, undefined),
  };
}

const tiers: ReadonlySet<unknown> = new Set(['auto', 'default', 'flex', 'scale', 'priority']);

/** Other dialects have tiers of other names; `standard` is what is had by default. */
function tierOf(tier: string | undefined): string | undefined {
  if (tier === 'standard') return 'default';
  return tiers.has(tier) ? tier : undefined;
}

const nothing = plainUsage(0);

/** An answer of this dialect keeps all that the upstream said around it. */
function ownEnded(end: Ended, form: JsonObject, rest: JsonObject, reply: ReplyFacts): Draft {
  const { head, output, finish, usage, serviceTier } = end;
  const { error: _, incomplete_details: details, ...status } = encodeFinish(finish);
  const draft: Draft = {
    ...rest,
    id: head.id ?? `${ownId}${reply.callId}`,
    model: head.model ?? rest.model,
    created_at: head.created ?? rest.created_at,
    ...(form.status === undefined || finish.reason === 'other' ? { status: form.status } : status),
    output,
    usage: usage === undefined ? (form.usage ?? rest.usage) : encodeUsage(usage, asObject(form.usage)),
    service_tier: serviceTier ?? rest.service_tier,
  };
  if (details !== null) draft.incomplete_details = details;
  return withExtra(draft, head.extra);
}

function echoOf({ extra }: Head, conversation: Conversation): Draft {
  return asObject(formOf(extra).rest) ?? encodeEcho(conversation);
}
