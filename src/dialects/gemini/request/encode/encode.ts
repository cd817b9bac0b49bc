// A conversation as a GenerateContentRequest. The model stands in the path, not here.
import type { Conversation, Destination, JsonObject, ServiceTier } from '../../../../core/index.ts';
import { formOf, spelled } from '../../wire/spell.ts';
import { encodeChoice } from './choice.ts';
import { encodeSettings } from './settings.ts';
import { toldFormat } from './told-format.ts';
import { encodeTools } from './tools.ts';
import { encodeTurns } from './turns.ts';

const tiers: Readonly<Record<ServiceTier, string>> = {
  auto: 'unspecified',
  default: 'standard',
  flex: 'flex',
  priority: 'priority',
};

/** Throws `untranslatable` for files that no model of this vendor can read. */
export function encodeRequest(conversation: Conversation, to: Destination): JsonObject {
  const { extra, serviceTier } = conversation;
  const form = formOf(extra);
  dropUnsayable(conversation, to);
  const told = toldFormat(conversation, to);
  const { systemInstruction, contents } = encodeTurns(told, to);
  const tools = encodeTools(conversation, to);
  const toolConfig = encodeChoice(conversation, to);
  const generationConfig = encodeSettings(told, to);
  const [only] = contents;
  const out: Record<string, unknown> = {
    ...(typeof form?.model === 'string' ? { model: `${form.model}${to.model}` } : {}),
    ...(systemInstruction === undefined ? {} : { systemInstruction }),
    contents: form?.single === true && contents.length === 1 ? only : contents,
    ...(tools === undefined ? {} : { tools }),
    ...(toolConfig === undefined ? {} : { toolConfig }),
    ...(generationConfig === undefined ? {} : { generationConfig }),
    ...(serviceTier === undefined || (serviceTier === 'auto' && form === undefined)
      ? {}
      : { serviceTier: tiers[serviceTier] }),
  };
  return spelled(out, extra);
}

function dropUnsayable(conversation: Conversation, { notes }: Destination): void {
  notes.dropExtra('request', conversation.extra, 'gemini');
  // That several calls may come at once is how it is.
  if (conversation.parallelToolCalls === false) notes.drop('parallelToolCalls');
  for (const field of ['logitBias', 'verbosity', 'user', 'metadata'] as const) {
    if (conversation[field] !== undefined) notes.drop(field);
  }
}
