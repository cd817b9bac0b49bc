// Tools -> `tools`.
import type { Conversation, Destination, FunctionTool, Tool, WebSearchTool } from '../../../core/index.ts';
import type { Abilities } from '../abilities.ts';
import { type Draft, formOf, own, written } from '../members.ts';
import { inputSchema } from './input-schema.ts';

export function encodeTools(conversation: Conversation, able: Abilities, to: Destination): Draft[] {
  const { toolChoice } = conversation;
  // "One of these" is not known here: the others are not offered.
  const offered = toolChoice?.mode === 'allowed' ? new Set(toolChoice.names) : undefined;
  return conversation.tools
    .filter((tool) => offered === undefined || (tool.kind === 'function' && offered.has(tool.name)))
    .flatMap((tool) => encodeTool(tool, able, to));
}

function encodeTool(tool: Tool, able: Abilities, to: Destination): Draft[] {
  if (tool.kind === 'native' && tool.dialect === own) return [{ ...tool.raw }];
  // Free-text tools have been made functions before; what only another vendor has is left out, never sent without a name.
  if (tool.kind === 'native' || tool.kind === 'custom') {
    to.notes.drop('tool');
    return [];
  }
  to.notes.dropExtra('tool', tool.extra, own);
  return [tool.kind === 'web-search' ? encodeSearchTool(tool, to) : encodeFunction(tool, able, to)];
}

function encodeFunction(tool: FunctionTool, able: Abilities, to: Destination): Draft {
  const { name, description, parameters, strict, extra } = tool;
  if (extra?.dialect === own) return written({ name, description, input_schema: parameters, strict }, extra);
  const { schema, changed } = inputSchema(parameters);
  if (changed) to.notes.drop('tool.parameters');
  if (strict === true && !able.strict) to.notes.drop('tool.strict');
  return written({
    name,
    description: description === '' ? undefined : description,
    input_schema: schema,
    strict: strict === true && able.strict ? true : undefined,
  });
}

/** Every version takes these members; the first is known to every model that searches. */
function encodeSearchTool(tool: WebSearchTool, to: Destination): Draft {
  const { allowedDomains, blockedDomains, location, extra } = tool;
  const foreign = extra?.dialect !== own;
  if (tool.contextSize !== undefined) to.notes.drop('webSearch.contextSize');
  // Both at once are refused.
  const both = foreign && allowedDomains !== undefined && blockedDomains !== undefined;
  if (both) to.notes.drop('webSearch.blockedDomains');
  const draft = {
    type: formOf(extra).version ?? 'web_search_20250305',
    name: 'web_search',
    max_uses: tool.maxUses,
    allowed_domains: allowedDomains,
    blocked_domains: both ? undefined : blockedDomains,
    user_location: location === undefined ? undefined : { type: 'approximate', ...location },
  };
  return written(draft, extra);
}
