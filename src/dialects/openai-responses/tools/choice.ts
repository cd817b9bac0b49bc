// `tool_choice`. A hosted tool is chosen by its type; `web_search` is the name by which dialects know the one they share.
import type { JsonObject, Tool, ToolChoice } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { type Draft, formOf, given, Members, own, withExtra } from '../members.ts';

const searchName = 'web_search';
const searchType = /^web_search(_|$)/;

/** Undefined where there is no canonical word for it. */
export function decodeChoice(value: unknown): ToolChoice | undefined {
  if (value === 'auto' || value === 'none' || value === 'required') return { mode: value };
  const node = asObject(value);
  if (node === undefined) return undefined;
  if (node.type === 'allowed_tools') return decodeAllowed(node);
  const members = new Members(node);
  const type = asString(members.take('type')) ?? '';
  if (searchType.test(type)) return { mode: 'tool', name: searchName, extra: members.extra({ type }) };
  const name = members.string('name');
  if (name === undefined || (type !== 'function' && type !== 'custom')) return undefined;
  const namespace = members.string('namespace');
  return { mode: 'tool', name, ...given('namespace', namespace), extra: members.extra({ type }) };
}

function decodeAllowed(node: JsonObject): ToolChoice | undefined {
  const members = new Members(node);
  members.take('type');
  const tools = members.list('tools');
  const mode = members.string('mode');
  if (tools === undefined) return undefined;
  const names = tools.flatMap((tool) => nameOf(asObject(tool)) ?? []);
  const extra = members.extra({ tools, ...given('mode', mode) });
  return { mode: 'allowed', names, required: mode === 'required', extra };
}

function nameOf(tool: JsonObject | undefined): string | undefined {
  const type = asString(tool?.type) ?? '';
  if (searchType.test(type)) return searchName;
  return type === 'function' || type === 'custom' ? asString(tool?.name) : undefined;
}

/** `tools`: what is sent with it, by which a name is told to be a function, a custom tool or the web search. */
export function encodeChoice(choice: ToolChoice, tools: readonly Tool[]): unknown {
  if (choice.mode === 'allowed') return encodeAllowed(choice, tools);
  if (choice.mode !== 'tool') return choice.mode;
  const form = formOf(choice.extra);
  const draft = pointer(choice.name, kindsOf(tools), tools, form.type);
  if (choice.namespace !== undefined) draft.namespace = choice.namespace;
  return withExtra(draft, choice.extra);
}

function encodeAllowed(choice: Extract<ToolChoice, { mode: 'allowed' }>, tools: readonly Tool[]): Draft {
  const form = formOf(choice.extra);
  const before = asArray(form.tools) ?? [];
  const meant = new Set(choice.names);
  const kinds = kindsOf(tools);
  const known = before.filter((tool) => {
    const name = nameOf(asObject(tool));
    // Tools without a canonical word stay; of the others those that are still meant.
    return name === undefined || meant.has(name);
  });
  const names = new Set(before.map((tool) => nameOf(asObject(tool))));
  const added = choice.names.filter((name) => !names.has(name)).map((name) => pointer(name, kinds, tools, undefined));
  const mode = choice.required ? 'required' : form.mode === 'required' ? 'auto' : (form.mode ?? 'auto');
  const draft = { type: 'allowed_tools', mode, tools: [...known, ...added] };
  return withExtra(draft, choice.extra);
}

type Kinds = ReadonlyMap<string, 'function' | 'custom'>;

function kindsOf(tools: readonly Tool[]): Kinds {
  const kinds = new Map<string, 'function' | 'custom'>();
  for (const tool of tools) {
    if (tool.kind === 'function' || tool.kind === 'custom') kinds.set(tool.name, tool.kind);
  }
  return kinds;
}

function pointer(name: string, kinds: Kinds, tools: readonly Tool[], before: unknown): Draft {
  const kind = kinds.get(name);
  if (kind === undefined && name === searchName && (searchType.test(String(before)) || hasSearch(tools))) {
    return { type: searchType.test(String(before)) ? before : searchTypeOf(tools) };
  }
  return { type: kind ?? (before === 'custom' ? 'custom' : 'function'), name };
}

function hasSearch(tools: readonly Tool[]): boolean {
  return tools.some(({ kind }) => kind === 'web-search');
}

/** The type that the tool itself has. */
function searchTypeOf(tools: readonly Tool[]): unknown {
  const tool = tools.find((one) => one.kind === 'web-search');
  return tool?.kind === 'web-search' && tool.extra?.dialect === own
    ? (tool.extra.form?.type ?? searchName)
    : searchName;
}
