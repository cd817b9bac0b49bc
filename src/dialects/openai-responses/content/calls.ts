// Calls of tools: `function_call` and `custom_tool_call` items. Their ids are two: the item's and the call's.
import type { JsonObject, ToolCallPart } from '../../../core/index.ts';
import { type Draft, formOf, given, Members, own, present, withExtra } from '../members.ts';

export function isCall(type: unknown): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}

export function decodeCall(node: JsonObject): ToolCallPart {
  const members = new Members(node);
  const custom = members.take('type') === 'custom_tool_call';
  const status = members.string('status');
  return {
    kind: 'tool-call',
    id: members.string('call_id') ?? '',
    name: members.string('name') ?? '',
    ...given('namespace', members.string('namespace')),
    arguments: members.string(custom ? 'input' : 'arguments') ?? '',
    ...(custom ? { custom } : {}),
    ...given('itemId', members.string('id')),
    extra: members.extra(given('status', status)),
  };
}

/** `status`: of a call that did not come in this dialect. */
export function encodeCall(part: ToolCallPart, id: string | undefined, status: string | undefined): Draft {
  const { custom, name, namespace, extra } = part;
  const text = extra?.dialect === own || custom === true || part.arguments !== '' ? part.arguments : '{}';
  const draft: Draft = {
    id,
    type: custom === true ? 'custom_tool_call' : 'function_call',
    status: extra?.dialect === own ? formOf(extra).status : status,
    [custom === true ? 'input' : 'arguments']: text,
    call_id: part.id,
    name,
    namespace,
  };
  return withExtra(present(draft), extra);
}
