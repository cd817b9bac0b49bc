// Tools of a request: functions, tools that take free text, namespaces of both, web search; all others stay as they are.
import type { CustomTool, FunctionTool, JsonObject, Tool, WebSearchTool } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { given, Members, own } from '../members.ts';

/** What a tool inside a namespace remembers of it: Codex groups its tools so. */
export interface Group {
  readonly name: string;
  /** Which of the tools of the request the namespace was. */
  readonly at: number;
  /** Its other members. */
  readonly rest: JsonObject;
}

export function decodeTools(list: readonly unknown[]): Tool[] {
  return list.flatMap((value, at) => decodeTool(asObject(value), value, at));
}

function decodeTool(node: JsonObject | undefined, value: unknown, at: number): Tool[] {
  if (node === undefined) return [{ kind: 'native', dialect: own, type: typeof value, raw: { value } }];
  if (node.type === 'namespace') return decodeNamespace(node, at);
  const tool = named(node, undefined);
  if (tool !== undefined) return [tool];
  const type = asString(node.type) ?? 'unknown';
  // Kept off the live web, a search is one that no other dialect has (Codex asks for it where it is not to go out).
  const searches = /^web_search(_|$)/.test(type) && node.external_web_access !== false;
  return [searches ? decodeSearch(node) : { kind: 'native', dialect: own, type, raw: node }];
}

/** A namespace with tools that have no canonical word is kept whole: taking it apart would lose them. */
function decodeNamespace(node: JsonObject, at: number): Tool[] {
  const { name, tools, type: _, ...rest } = node;
  const group = { name: asString(name) ?? '', at, rest };
  const inside = asArray(tools)?.map((value) => named(asObject(value) ?? {}, group)) ?? [];
  if (inside.length > 0 && inside.every((tool) => tool !== undefined)) return inside;
  return [{ kind: 'native', dialect: own, type: 'namespace', raw: node }];
}

function named(node: JsonObject, group: Group | undefined): FunctionTool | CustomTool | undefined {
  if (typeof node.name !== 'string') return undefined;
  if (node.type === 'function') return decodeFunction(new Members(node), group);
  return node.type === 'custom' ? decodeCustom(new Members(node), group) : undefined;
}

function decodeFunction(members: Members, group: Group | undefined): FunctionTool {
  members.take('type');
  return {
    kind: 'function',
    name: members.string('name') ?? '',
    ...given('namespace', group?.name),
    ...given('description', members.string('description')),
    ...given('parameters', members.object('parameters')),
    ...given('strict', members.boolean('strict')),
    extra: members.extra(given('group', group)),
  };
}

function decodeCustom(members: Members, group: Group | undefined): CustomTool {
  members.take('type');
  return {
    kind: 'custom',
    name: members.string('name') ?? '',
    ...given('namespace', group?.name),
    ...given('description', members.string('description')),
    ...given('format', members.object('format')),
    extra: members.extra(given('group', group)),
  };
}

/** `web_search`, `web_search_preview` and both with a date. */
function decodeSearch(node: JsonObject): WebSearchTool {
  const members = new Members(node);
  const type = members.take('type');
  const filters = domains(members);
  const place = members.object('user_location');
  const { type: placeType, ...location } = place ?? {};
  return {
    kind: 'web-search',
    ...filters,
    ...(place === undefined ? {} : { location }),
    ...given('contextSize', members.string('search_context_size')),
    extra: members.extra({ type, ...given('placeType', placeType) }),
  };
}

function domains(members: Members): Pick<WebSearchTool, 'allowedDomains' | 'blockedDomains'> {
  const { allowed_domains: allowed, blocked_domains: blocked, ...others } = asObject(members.node.filters) ?? {};
  const readable = [allowed, blocked].every((list) => list === undefined || isDomains(list));
  if (!readable || Object.keys(others).length > 0 || (allowed ?? blocked) === undefined) return {};
  members.take('filters');
  return {
    ...given('allowedDomains', allowed as readonly string[] | undefined),
    ...given('blockedDomains', blocked as readonly string[] | undefined),
  };
}

function isDomains(list: unknown): boolean {
  return asArray(list)?.every((entry) => typeof entry === 'string') === true;
}
