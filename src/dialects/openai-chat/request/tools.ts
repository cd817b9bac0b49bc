// Tools: functions, custom tools, the older `functions`, and web search, which is a member of the request here.
import type { Conversation, CustomTool, FunctionTool, Notes, Tool, WebSearchTool } from '../../../core/index.ts';
import { asObject, type JsonObject } from '../../json.ts';
import { complete, formOf, Members, own } from '../members.ts';

export function decodeTools(members: Members): Tool[] {
  const tools = (members.list('tools') ?? []).map(decodeTool);
  const functions = (members.list('functions') ?? []).map((value) => legacyFunction(asObject(value) ?? {}));
  const search = webSearch(members);
  return [...tools, ...functions, ...(search === undefined ? [] : [search])];
}

function decodeTool(value: unknown): Tool {
  const node = asObject(value) ?? {};
  const members = new Members(node);
  const type = members.string('type');
  const inner = type === 'function' || type === 'custom' ? members.inside(type) : undefined;
  if (inner === undefined) return { kind: 'native', dialect: own, type: type ?? '', raw: node };
  return type === 'custom' ? customTool(inner, members) : functionTool(inner, members);
}

function functionTool(inner: Members, members: Members): FunctionTool {
  const name = inner.string('name') ?? '';
  const description = inner.string('description');
  const parameters = inner.object('parameters');
  const strict = inner.boolean('strict');
  const extra = members.extraIfAny();
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(strict === undefined ? {} : { strict }),
    ...(extra === undefined ? {} : { extra }),
  };
}

function legacyFunction(node: JsonObject): FunctionTool {
  const members = new Members(node);
  members.form.legacy = true;
  return functionTool(members, members);
}

function customTool(inner: Members, members: Members): CustomTool {
  const name = inner.string('name') ?? '';
  const description = inner.string('description');
  const format = inner.object('format');
  const extra = members.extraIfAny();
  return {
    kind: 'custom',
    name,
    ...(description === undefined ? {} : { description }),
    ...(format === undefined ? {} : { format: flatGrammar(format) }),
    ...(extra === undefined ? {} : { extra }),
  };
}

/** `{type: 'grammar', grammar: {syntax, definition}}` here, flat in the Responses API and in the model. */
function flatGrammar({ grammar, ...format }: JsonObject): JsonObject {
  const inner = asObject(grammar);
  return inner === undefined ? format : { ...format, ...inner };
}

function deepGrammar({ type, ...grammar }: JsonObject): JsonObject {
  return type === 'grammar' ? { type, grammar } : { type, ...grammar };
}

function webSearch(members: Members): WebSearchTool | undefined {
  const node = members.object('web_search_options');
  if (node === undefined) return undefined;
  const options = new Members(node);
  const contextSize = options.string('search_context_size');
  const place = asObject(options.node.user_location);
  const plain = place?.type === 'approximate' && Object.keys(place).length === 2;
  const location = plain ? asObject(place.approximate) : undefined;
  if (location !== undefined) options.take('user_location');
  return {
    kind: 'web-search',
    ...(contextSize === undefined ? {} : { contextSize }),
    ...(location === undefined ? {} : { location }),
    extra: options.extra(),
  };
}

export function encodeTools({ tools, toolChoice }: Conversation, out: Record<string, unknown>, notes: Notes): void {
  const offered = toolChoice?.mode === 'allowed' && toolChoice.extra?.dialect !== own ? toolChoice.names : undefined;
  const list: JsonObject[] = [];
  const functions: JsonObject[] = [];
  for (const tool of tools) {
    if (tool.kind === 'web-search') {
      encodeSearch(tool, tools, out, notes);
      continue;
    }
    if (tool.kind === 'native') {
      if (tool.dialect === own) list.push(tool.raw);
      else notes.drop('tool');
      continue;
    }
    notes.dropExtra('tool', tool.extra, own);
    // Only OpenAI knows lists of allowed tools; whoever is not offered the others cannot call them.
    if (offered !== undefined && !offered.includes(tool.name)) continue;
    const legacy = formOf(tool.extra).legacy === true;
    if (legacy && tool.kind === 'function') functions.push(complete(functionOf(tool), tool.extra));
    else list.push(encodeTool(tool));
  }
  if (list.length > 0) out.tools = list;
  if (functions.length > 0) out.functions = functions;
}

function encodeTool(tool: FunctionTool | CustomTool): JsonObject {
  if (tool.kind === 'function') return complete({ type: 'function', function: functionOf(tool) }, tool.extra);
  const { name, description, format, extra } = tool;
  const custom = {
    name,
    ...(description === undefined ? {} : { description }),
    ...(format === undefined ? {} : { format: deepGrammar(format) }),
  };
  return complete({ type: 'custom', custom }, extra);
}

function functionOf({ name, description, parameters, strict }: FunctionTool): Record<string, unknown> {
  return {
    ...(name === '' ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(strict === undefined ? {} : { strict }),
  };
}

function encodeSearch(tool: WebSearchTool, tools: readonly Tool[], out: Record<string, unknown>, notes: Notes): void {
  const { allowedDomains, blockedDomains, maxUses, location, contextSize, extra } = tool;
  // Models that cannot search refuse the member: it is sent where searching is what the request is for (Claude Code asks
  // so, wire.md 15), not where search is one tool among many (Codex always offers it).
  if (extra?.dialect !== own && tools.some(({ kind }) => kind !== 'web-search')) {
    notes.drop('tool');
    return;
  }
  notes.dropExtra('tool', extra, own);
  if (allowedDomains !== undefined) notes.drop('webSearch.allowedDomains');
  if (blockedDomains !== undefined) notes.drop('webSearch.blockedDomains');
  if (maxUses !== undefined) notes.drop('webSearch.maxUses');
  const options = {
    ...(contextSize === undefined ? {} : { search_context_size: contextSize }),
    ...(location === undefined ? {} : { user_location: { type: 'approximate', approximate: location } }),
  };
  out.web_search_options = complete(options, extra);
}
