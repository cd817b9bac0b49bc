// Tools for a request, and for the echo of them in an answer.
import type { CustomTool, FunctionTool, JsonObject, Notes, Tool, WebSearchTool } from '../../../core/index.ts';
import { type Draft, formOf, own, present, withExtra } from '../members.ts';
import type { Group } from './decode.ts';

/** Takes nothing, in the words of JSON Schema: a function without parameters is refused. */
const noParameters: JsonObject = { type: 'object', properties: {}, additionalProperties: false };

export function encodeTools(tools: readonly Tool[], notes: Notes | undefined): Draft[] {
  const list: Draft[] = [];
  let open: { readonly name: string; readonly at: number | undefined; readonly tools: Draft[] } | undefined;
  for (const tool of tools) {
    const draft = encodeTool(tool, notes);
    if (draft === undefined) continue;
    const name = tool.kind === 'function' || tool.kind === 'custom' ? tool.namespace : undefined;
    if (name === undefined) {
      open = undefined;
      list.push(draft);
      continue;
    }
    const group = 'extra' in tool ? (formOf(tool.extra).group as Group | undefined) : undefined;
    if (open?.name !== name || open.at !== group?.at) {
      open = { name, at: group?.at, tools: [] };
      // The description is required of a namespace.
      list.push({ type: 'namespace', name, description: name, ...group?.rest, tools: open.tools });
    }
    open.tools.push(draft);
  }
  return list;
}

function encodeTool(tool: Tool, notes: Notes | undefined): Draft | undefined {
  if (tool.kind === 'native') {
    // Never sent nameless to whom it means nothing (CLIProxyAPI#3199).
    if (tool.dialect !== own) {
      notes?.drop('tool');
      return undefined;
    }
    return (tool.type === typeof tool.raw.value ? tool.raw.value : tool.raw) as Draft;
  }
  notes?.dropExtra('tool', tool.extra, own);
  if (tool.kind === 'function') return encodeFunction(tool);
  return tool.kind === 'custom' ? encodeCustom(tool) : encodeSearch(tool, notes);
}

function encodeFunction({ name, description, parameters, strict, extra }: FunctionTool): Draft {
  const isOwn = extra?.dialect === own;
  const draft = {
    type: 'function',
    name,
    description,
    parameters: isOwn ? parameters : ofObject(parameters),
    // What is meant where nothing is said is not specified: it is always said (wire.md 5.2).
    strict: strict ?? (isOwn ? undefined : false),
  };
  return withExtra(present(draft), extra);
}

/** A schema that does not say it is of an object, or of which, is refused ("object schema missing properties"). */
function ofObject(schema: JsonObject = noParameters): JsonObject {
  return schema.type === undefined || (schema.type === 'object' && schema.properties === undefined)
    ? { type: 'object', properties: {}, ...schema }
    : schema;
}

function encodeCustom({ name, description, format, extra }: CustomTool): Draft {
  return withExtra(present({ type: 'custom', name, description, format }), extra);
}

function encodeSearch(tool: WebSearchTool, notes: Notes | undefined): Draft {
  const { allowedDomains, blockedDomains, location, contextSize, extra } = tool;
  const form = formOf(extra);
  if (tool.maxUses !== undefined) notes?.drop('webSearch.maxUses');
  const blocked = extra?.dialect === own ? blockedDomains : undefined;
  if (blocked !== blockedDomains) notes?.drop('webSearch.blockedDomains');
  const filters = present({ allowed_domains: allowedDomains, blocked_domains: blocked });
  const type = form.placeType ?? (extra?.dialect === own ? undefined : 'approximate');
  const draft = {
    type: form.type ?? 'web_search',
    filters: Object.keys(filters).length === 0 ? undefined : filters,
    user_location: location === undefined ? undefined : present({ type, ...location }),
    search_context_size: contextSize,
  };
  return withExtra(present(draft), extra);
}
