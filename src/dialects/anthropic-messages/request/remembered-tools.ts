// Calls in the conversation, but no tools any more: elsewhere that is how a client asks for a last word. Here "Requests
// which include `tool_use` or `tool_result` blocks must define tools", so they are defined by name, and none may be called.
import { asArray, asObject } from '../../json.ts';
import type { Draft } from '../members.ts';

export function rememberedTools(messages: readonly Draft[]): Draft[] {
  const names = new Set<unknown>();
  for (const { content } of messages) {
    for (const value of asArray(content) ?? []) {
      const block = asObject(value);
      if (block?.type === 'tool_use') names.add(block.name);
    }
  }
  return [...names].map((name) => ({ name, input_schema: { type: 'object', properties: {} } }));
}
