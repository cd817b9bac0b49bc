// What a response repeats of its request, with the values that hold where nothing was asked.
import type { Conversation, JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import { type Draft, formOf, own } from '../members.ts';
import { encodeChoice } from '../tools/choice.ts';
import { encodeTools } from '../tools/encode.ts';

export function encodeEcho(conversation: Conversation): Draft {
  const { extra, reasoning, format, state, toolChoice } = conversation;
  const fields: JsonObject = extra?.dialect === own ? (extra.fields ?? {}) : {};
  const identifier = formOf(extra).user === 'safety_identifier';
  return {
    instructions: instructionsOf(conversation),
    max_output_tokens: conversation.maxOutputTokens ?? null,
    max_tool_calls: fields.max_tool_calls ?? null,
    metadata: conversation.metadata ?? {},
    parallel_tool_calls: conversation.parallelToolCalls ?? true,
    previous_response_id: state?.previousResponseId ?? null,
    ...(state?.conversationId === undefined ? {} : { conversation: { id: state.conversationId } }),
    prompt_cache_key: fields.prompt_cache_key ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: summaryOf(reasoning?.summary) },
    safety_identifier: (identifier ? conversation.user : fields.safety_identifier) ?? null,
    store: state?.store ?? true,
    temperature: conversation.temperature ?? 1,
    text: {
      format: formatOf(format),
      ...(conversation.verbosity === undefined ? {} : { verbosity: conversation.verbosity }),
    },
    tool_choice:
      toolChoice === undefined ? (fields.tool_choice ?? 'auto') : encodeChoice(toolChoice, conversation.tools),
    tools: encodeTools(conversation.tools, undefined).map(completed),
    top_logprobs: conversation.logprobs ?? 0,
    top_p: conversation.topP ?? 1,
    truncation: fields.truncation ?? 'disabled',
    ...(identifier || conversation.user === undefined ? {} : { user: conversation.user }),
  };
}

function instructionsOf({ turns }: Conversation): string | null {
  const turn = turns[0];
  if (turn === undefined || formOf(turn.extra).member !== 'instructions') return null;
  return turn.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n\n');
}

function summaryOf(summary: string | undefined): string | null {
  return summary === undefined || summary === 'none' ? null : summary;
}

function formatOf(format: Conversation['format']): Draft {
  if (format === undefined || format.kind === 'text') return { type: 'text' };
  if (format.kind === 'json') return { type: 'json_object' };
  const { name = 'response', description, schema = {}, strict = false } = format;
  return {
    type: 'json_schema',
    name,
    ...(description === undefined ? {} : { description }),
    schema,
    strict,
  };
}

/** The type of an echoed function demands members that a request may leave out. */
function completed(tool: Draft): Draft {
  const inside = asArray(tool.tools);
  if (tool.type === 'namespace' && inside !== undefined) {
    return { ...tool, tools: inside.map((inner) => completed({ ...asObject(inner) })) };
  }
  return tool.type === 'function' ? { parameters: null, strict: false, ...tool } : tool;
}
