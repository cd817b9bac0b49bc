// `tool_choice`: a word, one tool, or a list of allowed ones; and the older `function_call`.
import type { Conversation, Notes, ToolChoice } from '../../../core/index.ts';
import { asArray, asObject, asString, type JsonObject } from '../../json.ts';
import { complete, formOf, Members, own } from '../members.ts';

export function decodeToolChoice(members: Members): ToolChoice | undefined {
  const value = members.node.tool_choice;
  const choice = ofWord(value) ?? ofNode(asObject(value));
  if (choice !== undefined) {
    members.take('tool_choice');
    return choice;
  }
  return legacyChoice(members);
}

function ofWord(word: unknown): ToolChoice | undefined {
  if (word === 'auto' || word === 'none' || word === 'required') return { mode: word, extra: { dialect: own } };
  // Mistral's word for it.
  return word === 'any' ? { mode: 'required', extra: { dialect: own, form: { word } } } : undefined;
}

function ofNode(node: JsonObject | undefined): ToolChoice | undefined {
  if (node === undefined) return undefined;
  const members = new Members(node);
  const type = members.string('type');
  if (type === 'allowed_tools') return allowed(members);
  if (type !== 'function' && type !== 'custom') return undefined;
  const name = members.inside(type)?.string('name');
  if (name === undefined) return undefined;
  if (type === 'custom') members.form.type = type;
  return { mode: 'tool', name, extra: members.extra() };
}

/** `{type: 'allowed_tools', allowed_tools: {mode, tools: [{type: 'function', function: {name}}]}}`. */
function allowed(members: Members): ToolChoice | undefined {
  const inner = members.inside('allowed_tools');
  const tools = asArray(inner?.take('tools'))?.map(asObject);
  const names = tools?.map((tool) => asString(asObject(tool?.[asString(tool.type) ?? ''])?.name) ?? '');
  if (inner === undefined || names === undefined || names.includes('')) return undefined;
  const types = tools?.map((tool) => tool?.type);
  if (types?.some((type) => type !== 'function')) members.form.types = types;
  return { mode: 'allowed', names, required: inner.string('mode') === 'required', extra: members.extra() };
}

function legacyChoice(members: Members): ToolChoice | undefined {
  const value = members.node.function_call;
  const word = ofWord(value);
  const name = word === undefined ? asString(asObject(value)?.name) : undefined;
  if (word === undefined && name === undefined) return undefined;
  members.take('function_call');
  const extra = { dialect: own, form: { legacy: true } } as const;
  return name === undefined ? { ...(word as ToolChoice), extra } : { mode: 'tool', name, extra };
}

/** After the tools: without any there is nothing to choose from, and vendors refuse a choice. */
export function encodeToolChoice(
  { toolChoice, tools }: Conversation,
  out: Record<string, unknown>,
  notes: Notes,
): void {
  if (toolChoice === undefined) return;
  notes.dropExtra('toolChoice', toolChoice.extra, own);
  const isOwn = toolChoice.extra?.dialect === own;
  const form = formOf(toolChoice.extra);
  const called =
    toolChoice.mode === 'tool' ? tools.find((tool) => 'name' in tool && tool.name === toolChoice.name) : undefined;
  if (!isOwn && (out.tools === undefined || (toolChoice.mode === 'tool' && called === undefined))) {
    // A search that is the only tool runs by itself.
    if (out.web_search_options === undefined && toolChoice.mode !== 'none' && toolChoice.mode !== 'auto')
      notes.drop('toolChoice');
    return;
  }
  if (form.legacy === true) {
    out.function_call = toolChoice.mode === 'tool' ? { name: toolChoice.name } : toolChoice.mode;
    return;
  }
  out.tool_choice =
    isOwn && toolChoice.mode === 'allowed' ? allowedTools(toolChoice) : spoken(toolChoice, form, called?.kind);
}

function spoken(choice: ToolChoice, form: JsonObject, kind: string | undefined): unknown {
  if (choice.mode === 'allowed') {
    const [name = ''] = choice.names;
    if (!choice.required) return 'auto';
    return choice.names.length === 1 ? { type: 'function', function: { name } } : 'required';
  }
  if (choice.mode !== 'tool') return choice.mode === 'required' && form.word === 'any' ? 'any' : choice.mode;
  const type = kind === 'custom' || form.type === 'custom' ? 'custom' : 'function';
  return complete({ type, [type]: { name: choice.name } }, choice.extra);
}

function allowedTools(choice: Extract<ToolChoice, { mode: 'allowed' }>): JsonObject {
  const types = asArray(formOf(choice.extra).types) ?? [];
  const tools = choice.names.map((name, at) => {
    const type = asString(types[at]) ?? 'function';
    return { type, [type]: { name } };
  });
  const inner = { mode: choice.required ? 'required' : 'auto', tools };
  return complete({ type: 'allowed_tools', allowed_tools: inner }, choice.extra);
}
