// Tools and their calls in the shapes a dialect has: a tool that takes free text becomes a function of one string where
// there is nothing else.
import type {
  CustomTool,
  FunctionTool,
  JsonObject,
  Part,
  Tool,
  ToolCallPart,
  Traits,
  Turn,
} from '../../../core/index.ts';
import { asString } from '../../json.ts';
import type { ToolNames } from './tool-names.ts';

export function fitTools(tools: readonly Tool[], names: ToolNames, traits: Traits): Tool[] {
  return tools.map((tool) => {
    if (tool.kind !== 'function' && tool.kind !== 'custom') return tool;
    const { namespace, ...rest } = tool;
    const kept = traits.namespaces && namespace !== undefined ? { namespace } : {};
    const named = { ...rest, ...kept, name: names.of(tool.name, namespace, tool.kind === 'custom') };
    return named.kind === 'custom' && !traits.customTools ? asFunction(named) : named;
  });
}

/** The grammar goes into the description: the model is all that can keep to it. */
function asFunction({ name, description = '', format, extra }: CustomTool): FunctionTool {
  const grammar =
    typeof format?.definition === 'string'
      ? `The input is text in this grammar (${asString(format.syntax) ?? 'lark'}):\n${format.definition}`
      : 'The input is free text.';
  const input: JsonObject = { type: 'string', description: 'The whole input of the tool, as plain text.' };
  return {
    kind: 'function',
    name,
    description: description === '' ? grammar : `${description}\n\n${grammar}`,
    parameters: { type: 'object', properties: { input }, required: ['input'], additionalProperties: false },
    ...(extra === undefined ? {} : { extra }),
  };
}

export function fitTurns(turns: readonly Turn[], names: ToolNames, traits: Traits): Turn[] {
  const called = new Map<string, string>();
  return turns.map((turn) => {
    if (!turn.parts.some(({ kind }) => kind === 'tool-call' || kind === 'tool-result')) return turn;
    const parts = turn.parts.map((part): Part => {
      if (part.kind === 'tool-call') {
        const fitted = fitCall(part, names, traits);
        if (part.id !== '') called.set(part.id, fitted.name);
        return fitted;
      }
      if (part.kind !== 'tool-result') return part;
      const { custom, name, ...rest } = part;
      const sent = called.get(part.callId) ?? (name === undefined ? undefined : names.of(name, undefined));
      return {
        ...rest,
        ...(sent === undefined ? {} : { name: sent }),
        ...(custom === true && traits.customTools ? { custom } : {}),
      };
    });
    return { ...turn, parts };
  });
}

function fitCall(part: ToolCallPart, names: ToolNames, traits: Traits): ToolCallPart {
  const { namespace, custom, ...rest } = part;
  const named = {
    ...rest,
    name: names.of(part.name, namespace, custom === true),
    ...(traits.namespaces && namespace !== undefined ? { namespace } : {}),
  };
  if (custom !== true) return named;
  return traits.customTools ? { ...named, custom } : { ...named, arguments: JSON.stringify({ input: part.arguments }) };
}
