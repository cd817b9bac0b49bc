// A conversation -> the body of POST /v1/messages. https://docs.anthropic.com/en/api/messages
import type { Conversation, Destination, Field, JsonObject } from '../../../core/index.ts';
import { abilitiesOf } from '../abilities.ts';
import { formOf, own, written } from '../members.ts';
import { encodeFormat, formatInWords } from './encode-format.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeSampling } from './encode-sampling.ts';
import { encodeSystem } from './encode-system.ts';
import { encodeThinking } from './encode-thinking.ts';
import { encodeToolChoice } from './encode-tool-choice.ts';
import { encodeTools } from './encode-tools.ts';
import { rememberedTools } from './remembered-tools.ts';

/** Throws `untranslatable` where this dialect cannot say what the request is about. */
export function encodeRequest(conversation: Conversation, to: Destination): JsonObject {
  const { extra, format } = conversation;
  const foreign = extra?.dialect !== own;
  to.notes.dropExtra('request', extra, own);
  noteUnsayable(conversation, to);
  const able = abilitiesOf(to.model);
  const { system, rest } = encodeSystem(conversation, to);
  const { messages, spare } = encodeMessages(rest, system, conversation, to);
  const offered = encodeTools(conversation, able, to);
  const remembered = foreign && offered.length === 0 ? rememberedTools(messages) : [];
  const tools = remembered.length > 0 ? remembered : offered;
  const told = encodeToolChoice(conversation, offered, able, to);
  const choice = remembered.length > 0 ? ({ type: 'none' } as const) : told;
  const thinking = encodeThinking(conversation, messages, choice, able, to);
  const config = { effort: thinking.effort, format: encodeFormat(format, to) };
  const draft = {
    model: to.model,
    system: formatInWords(spare, format),
    messages,
    max_tokens: thinking.maxTokens,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: choice,
    thinking: thinking.thinking,
    output_config:
      formOf(format?.extra).member === undefined ? orNothing(config) : orNothing({ effort: config.effort }),
    output_format: formOf(format?.extra).member === undefined ? undefined : config.format,
    ...encodeSampling(conversation, thinking.thinking, able, to),
    service_tier: encodeTier(conversation, to),
    metadata: orNothing({ user_id: conversation.user }),
    stream: to.stream ? true : undefined,
  };
  return written(foreign ? draft : { ...draft, ...spelling(draft, conversation) }, extra);
}

/** `system` may have been left out, or be nothing but the vendor's own header. */
function spelling(draft: { readonly system: unknown }, { extra }: Conversation): { readonly system?: unknown } {
  const header = formOf(extra).header;
  if (header === undefined) return {};
  const system = typeof draft.system === 'string' ? [{ type: 'text', text: draft.system }] : (draft.system ?? []);
  return { system: [header, ...(system as unknown[])] };
}

function orNothing(members: Record<string, unknown>): JsonObject | undefined {
  const said = written(members);
  return Object.keys(said).length === 0 ? undefined : said;
}

const unsayable = [
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'logitBias',
  'logprobs',
  'verbosity',
  'metadata',
] as const;

function noteUnsayable(conversation: Conversation, { notes }: Destination): void {
  for (const field of unsayable satisfies readonly Field[]) if (conversation[field] !== undefined) notes.drop(field);
}

function encodeTier({ serviceTier }: Conversation, { notes }: Destination): string | undefined {
  if (serviceTier === undefined || serviceTier === 'auto') return serviceTier;
  if (serviceTier === 'default') return 'standard_only';
  notes.drop('serviceTier');
  return undefined;
}
