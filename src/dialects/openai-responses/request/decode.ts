// A request body as a conversation. Each item of `input` is a turn of its own.
import {
  type Asked,
  type Conversation,
  type Extra,
  GatewayError,
  type JsonObject,
  type Turn,
} from '../../../core/index.ts';
import { type Draft, given, Members, own } from '../members.ts';
import { decodeChoice } from '../tools/choice.ts';
import { decodeTools } from '../tools/decode.ts';
import { decodeItem } from './items-in.ts';
import { decodeFormat, decodeLogprobs, decodeReasoningWish, decodeState, decodeTier, decodeUser } from './wishes-in.ts';

export function decodeRequest(body: JsonObject, asked: Asked): Conversation {
  const members = new Members(body);
  const form: Draft = {};
  const model = members.string('model') ?? '';
  if (members.boolean('stream') === false) form.stream = false;
  const turns = decodeInput(members, form);
  const tools = members.list('tools');
  const choice = decodeChoice(body.tool_choice);
  if (choice !== undefined) members.take('tool_choice');
  if (tools !== undefined && tools.length === 0) form.tools = [];
  const wishes = {
    ...given('toolChoice', choice),
    ...given('parallelToolCalls', members.boolean('parallel_tool_calls')),
    ...given('maxOutputTokens', members.number('max_output_tokens')),
    ...given('temperature', members.number('temperature')),
    ...given('topP', members.number('top_p')),
    ...decodeLogprobs(members, form),
    ...decodeReasoningWish(members, form),
    ...decodeFormat(members, form),
    ...decodeTier(members),
    ...decodeUser(members, form),
    ...given('metadata', members.object('metadata')),
    ...decodeState(members, form),
  };
  return {
    model: asked.model ?? model,
    stream: asked.stream,
    turns,
    tools: decodeTools(tools ?? []),
    ...wishes,
    extra: needing(members.extra(form)),
  };
}

/** A stored prompt is what the model would be asked. */
function needing(extra: Extra): Extra {
  return extra.fields?.prompt === undefined ? extra : { ...extra, needed: ['prompt'] };
}

function decodeInput(members: Members, form: Draft): Turn[] {
  const turns: Turn[] = [];
  const instructions = members.string('instructions');
  if (instructions !== undefined) turns.push(spoken('system', instructions, 'instructions'));
  const text = members.string('input');
  if (text !== undefined) return [...turns, spoken('user', text, 'input')];
  const items = members.list('input');
  const { input } = members.node;
  if (items === undefined && input !== undefined && input !== null) {
    throw new GatewayError('invalid-request', {
      message: 'input: neither a text nor a list of items. Send one of the two.',
      param: 'input',
    });
  }
  if (items === undefined) form.input = 'none';
  for (const item of items ?? []) turns.push(decodeItem(item));
  return turns;
}

/** A text that stands in a member of the request itself. */
function spoken(role: Turn['role'], text: string, member: 'instructions' | 'input'): Turn {
  return { role, parts: [{ kind: 'text', text }], extra: { dialect: own, form: { member } } };
}
