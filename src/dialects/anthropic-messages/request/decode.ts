// POST /v1/messages -> a conversation. https://docs.anthropic.com/en/api/messages
import type { Asked, Conversation, JsonObject, ServiceTier } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { asArray, asString } from '../../json.ts';
import { Members, own } from '../members.ts';
import { decodeToolChoice } from './decode-tool-choice.ts';
import { decodeTools } from './decode-tools.ts';
import { decodeMessages, decodeSystem } from './decode-turns.ts';
import { decodeFormat, decodeReasoning } from './decode-wishes.ts';

const tiers: ReadonlyMap<string | undefined, ServiceTier> = new Map([
  ['auto', 'auto'],
  ['standard_only', 'default'],
]);

/** Throws `invalid-request` where the messages or tools are not what they should be. */
export function decodeRequest(body: JsonObject, asked: Asked): Conversation {
  const members = new Members(body);
  const model = members.string('model') ?? asked.model ?? '';
  if (body.stream === true) members.take('stream');
  members.silence('stream');
  const { system, header } = decodeSystem(members);
  const turns = [...system, ...decodeMessages(members)];
  const tools = decodeTools(members);
  const reasoning = decodeReasoning(members);
  const conversation = {
    maxOutputTokens: members.number('max_tokens'),
    temperature: members.number('temperature'),
    topP: members.number('top_p'),
    topK: members.number('top_k'),
    stop: decodeStop(members),
    reasoning: reasoning.wish,
    format: decodeFormat(members),
    serviceTier: decodeTier(members),
    user: members.inner('metadata')?.string('user_id'),
    ...decodeToolChoice(members),
  };
  const form = given({ header, thinking: reasoning.form });
  const extra = members.extra(Object.keys(form).length === 0 ? undefined : form) ?? { dialect: own };
  // The servers of `mcp_servers` are tools: without them it is another request.
  const needed = asArray(body.mcp_servers)?.length ? { needed: ['mcp_servers'] } : {};
  return { model, stream: asked.stream, turns, tools, ...given(conversation), extra: { ...extra, ...needed } };
}

function decodeStop(members: Members): readonly string[] | undefined {
  const list = asArray(members.node.stop_sequences);
  return list?.every((one) => typeof one === 'string') ? (members.list('stop_sequences') as string[]) : undefined;
}

function decodeTier(members: Members): ServiceTier | undefined {
  const tier = tiers.get(asString(members.node.service_tier));
  if (tier !== undefined) members.take('service_tier');
  return tier;
}
