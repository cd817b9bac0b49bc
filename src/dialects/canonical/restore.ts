// Undoes in the answer what `fit` did to the request: tools get back the names, namespaces and free text of the client.
import type { Answer, Delta, Part, ToolCallPart } from '../../core/index.ts';
import type { ClientTool, Undo } from './fit/fit.ts';
import { parseArguments } from './numbers.ts';
import type { Stage } from './stage.ts';

export function restoreAnswer(answer: Answer, undo: Undo): Answer {
  if (undo.size === 0) return answer;
  const candidates = answer.candidates.map((candidate) => ({
    ...candidate,
    parts: candidate.parts.map((part) => restorePart(part, undo)),
  }));
  return { ...answer, candidates };
}

function restorePart(part: Part, undo: Undo): Part {
  const tool = part.kind === 'tool-call' ? undo.get(part.name) : undefined;
  if (part.kind !== 'tool-call' || tool === undefined) return part;
  const named = renamed(part, tool);
  return tool.custom ? { ...named, arguments: freeText(part.arguments) } : named;
}

/** The same for a stream; undefined where there is nothing to undo. */
export function restoring(undo: Undo): Stage | undefined {
  if (undo.size === 0) return undefined;
  // Arguments of a custom tool are JSON on the way and can be read as text only when they are whole.
  let text: string | undefined;
  return (delta) => {
    switch (delta.type) {
      case 'part-start': {
        const tool = delta.part.kind === 'tool-call' ? undo.get(delta.part.name) : undefined;
        if (delta.part.kind !== 'tool-call' || tool === undefined) return [delta];
        if (!tool.custom) return [{ ...delta, part: renamed(delta.part, tool) }];
        text = delta.part.arguments;
        return [{ ...delta, part: { ...renamed(delta.part, tool), arguments: '' } }];
      }
      case 'part-delta':
        if (text === undefined) return [delta];
        text += delta.text;
        return [];
      case 'part-end': {
        if (text === undefined) return [delta];
        const { candidate, index } = delta;
        const told: Delta = { type: 'part-delta', candidate, index, text: freeText(text) };
        text = undefined;
        return told.text === '' ? [delta] : [told, delta];
      }
      default:
        return [delta];
    }
  };
}

function renamed(part: ToolCallPart, { name, namespace, custom }: ClientTool): ToolCallPart {
  return {
    ...part,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(custom ? { custom: true } : {}),
  };
}

/** What the model wrote as `{"input": "…"}`; anything else is taken for the text itself. */
function freeText(json: string): string {
  const input = parseArguments(json)?.input;
  return typeof input === 'string' ? input : json;
}
