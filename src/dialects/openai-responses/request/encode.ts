// A conversation as a request body.
import type { Conversation, Destination, DialectName, JsonObject, Turn } from '../../../core/index.ts';
import { wordedFormat } from '../../canonical/worded-format.ts';
import { asObject, asString } from '../../json.ts';
import { type Draft, formOf, own, present, withExtra } from '../members.ts';
import { encodeChoice } from '../tools/choice.ts';
import { encodeTools } from '../tools/encode.ts';
import { encodeTurn } from './items-out.ts';
import {
  encodeCap,
  encodeInclude,
  encodeReasoningWish,
  encodeSampling,
  encodeState,
  encodeText,
  encodeTopLogprobs,
  encodeUser,
} from './wishes-out.ts';

export function encodeRequest(asked: Conversation, to: Destination): JsonObject {
  const conversation = wordedFormat(asked, own, to.notes);
  const { extra, toolChoice, tools } = conversation;
  const form = formOf(extra);
  to.notes.dropExtra('request', extra, own);
  dropUnsayable(conversation, to);
  const { instructions, input } = encodeTurns(conversation, to);
  const encodedTools = encodeTools(tools, to.notes);
  // Chosen among no tools, the choice is refused.
  const chosen = encodedTools.length > 0 || extra?.dialect === own ? toolChoice : undefined;
  to.notes.dropExtra('toolChoice', chosen?.extra, own);
  const draft: Draft = {
    model: to.model,
    instructions,
    input,
    stream: to.stream ? true : form.stream,
    tools: encodedTools.length > 0 ? encodedTools : form.tools,
    tool_choice: chosen && encodeChoice(chosen, tools),
    parallel_tool_calls: conversation.parallelToolCalls,
    max_output_tokens: encodeCap(conversation, to),
    ...encodeSampling(conversation, to),
    top_logprobs: encodeTopLogprobs(conversation),
    include: encodeInclude(conversation, to.model),
    reasoning: encodeReasoningWish(conversation, to),
    text: encodeText(conversation, to),
    service_tier: conversation.serviceTier,
    metadata: conversation.metadata,
    ...encodeUser(conversation),
    ...encodeState(conversation),
  };
  return withExtra(present(draft), extra);
}

/** This dialect has no place for these at all (wire.md 2). */
function dropUnsayable(conversation: Conversation, { notes }: Destination): void {
  const unsayable = ['topK', 'stop', 'seed', 'frequencyPenalty', 'presencePenalty', 'logitBias'] as const;
  for (const field of unsayable) {
    if (conversation[field] !== undefined) notes.drop(field);
  }
}

interface Written {
  readonly instructions?: string | undefined;
  readonly input: unknown;
}

function encodeTurns(conversation: Conversation, to: Destination): Written {
  const { turns, extra } = conversation;
  const first = turns[0];
  const instructions = first && memberText(first, 'instructions');
  const others = instructions === undefined ? turns : turns.slice(1);
  const [only] = others;
  const text = others.length === 1 && only !== undefined ? memberText(only, 'input') : undefined;
  if (text !== undefined) return { instructions, input: text };
  const items = withoutOrphans(others, to, extra?.dialect ?? own);
  const input = [...jsonWord(conversation, to), ...items];
  return { instructions, input: input.length === 0 && formOf(extra).input === 'none' ? undefined : input };
}

/** The format is refused where no message says "json"; other dialects do not ask for that. */
function jsonWord({ format, turns, extra }: Conversation, to: Destination): Draft[] {
  if (format?.kind !== 'json' || extra?.dialect === own) return [];
  const said = turns.some(({ parts }) => parts.some((part) => part.kind === 'text' && /json/i.test(part.text)));
  const role = to.facts.instructionsRole ?? 'system';
  return said ? [] : [{ type: 'message', role, content: 'Answer with a JSON object.' }];
}

/** The text of a turn that stood in a member of the request, as long as it is nothing but text. */
function memberText({ parts, extra }: Turn, member: string): string | undefined {
  if (formOf(extra).member !== member || parts.some(({ kind }) => kind !== 'text')) return undefined;
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n\n');
}

/** Reasoning that nothing follows is refused: "provided without its required following item" (wire.md 6). */
function withoutOrphans(turns: readonly Turn[], to: Destination, from: DialectName): Draft[] {
  const items: Draft[] = [];
  const foreign = new Set<Draft>();
  for (const turn of turns) {
    const encoded = encodeTurn(turn, to, from);
    // One by one: a turn may have more items than a call can have arguments.
    for (const item of encoded) {
      items.push(item);
      if (turn.extra?.dialect !== own) foreign.add(item);
    }
  }
  let spoken = false;
  const kept: Draft[] = [];
  for (const item of items.reverse()) {
    // What a client sent in place of an item may be anything.
    const type = asObject(item)?.type;
    if (type === 'reasoning' && !spoken && foreign.has(item)) {
      to.notes.drop('opaque');
      continue;
    }
    if (type !== 'reasoning') spoken = isModels(asObject(item) ?? {});
    kept.push(item);
  }
  return kept.reverse();
}

function isModels({ type, role }: JsonObject): boolean {
  return role === undefined ? !(asString(type) ?? '').endsWith('_output') : role === 'assistant';
}
