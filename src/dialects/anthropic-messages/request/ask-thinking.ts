// A request of this dialect, told how much the model shall think whatever it said of that itself: as its generation takes
// it, with the output cap and the sampling that go with it.
import type { AskThinking, Conversation, JsonObject } from '../../../core/index.ts';
import { wishing } from '../../canonical/thinking-wish.ts';
import { asArray, asObject } from '../../json.ts';
import { abilitiesOf } from '../abilities.ts';
import type { Draft } from '../members.ts';
import { encodeSampling } from './encode-sampling.ts';
import { encodeThinking } from './encode-thinking.ts';
import type { WrittenChoice } from './encode-tool-choice.ts';

export const askThinking: AskThinking = (body, wish, to) => {
  const able = abilitiesOf(to.model);
  const conversation = wishing(wish, to, numbersIn(body));
  const messages = (asArray(body.messages) ?? []).map((message) => (asObject(message) ?? {}) as Draft);
  const choice = asObject(body.tool_choice) as WrittenChoice | undefined;
  const { thinking, effort, maxTokens } = encodeThinking(conversation, messages, choice, able, to);
  const thinks = thinking !== undefined && thinking.type !== 'disabled' && thinking.type !== 'between_tools';
  const { display } = asObject(body.thinking) ?? {};
  const shown = thinks && display !== undefined ? { display } : {};
  const changed: Draft = {
    ...body,
    thinking: thinking && { ...thinking, ...shown },
    output_config: configWith(asObject(body.output_config), effort),
    ...(thinking?.type === 'enabled'
      ? { max_tokens: Math.max(maxTokens ?? 0, conversation.maxOutputTokens ?? 0) }
      : {}),
    ...(thinks ? { ...encodeSampling(conversation, thinking, able, to), stop_sequences: body.stop_sequences } : {}),
  };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
};

function numbersIn({ max_tokens, temperature, top_p, top_k }: JsonObject): Partial<Conversation> {
  return {
    ...(typeof max_tokens === 'number' ? { maxOutputTokens: max_tokens } : {}),
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof top_p === 'number' ? { topP: top_p } : {}),
    ...(typeof top_k === 'number' ? { topK: top_k } : {}),
  };
}

/** What else is configured there stays. */
function configWith(config: JsonObject = {}, effort: string | undefined): JsonObject | undefined {
  const { effort: _, ...others } = config;
  const told = effort === undefined ? others : { ...others, effort };
  return Object.keys(told).length === 0 ? undefined : told;
}
