// The content of a message or of a tool's result, part by part.
import type { JsonObject, Part } from '../../../core/index.ts';
import { asObject, asString } from '../../json.ts';
import { own } from '../members.ts';
import { decodeAudio, decodeFile, decodeImage } from './media-in.ts';
import { decodeRefusal, decodeText } from './text.ts';

/** `usual`: the type of text expected in this place. */
export function decodePart(value: unknown, usual: string): Part {
  const node = asObject(value);
  if (node === undefined) return { kind: 'native', dialect: own, type: typeof value, raw: { value } };
  return known(node, usual) ?? { kind: 'native', dialect: own, type: asString(node.type) ?? 'unknown', raw: node };
}

function known(node: JsonObject, usual: string): Part | undefined {
  switch (node.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return typeof node.text === 'string' ? decodeText(node, usual) : undefined;
    case 'refusal':
      return decodeRefusal(node);
    case 'input_image':
      return decodeImage(node);
    case 'input_file':
      return decodeFile(node);
    case 'input_audio':
      return decodeAudio(node);
    default:
      return undefined;
  }
}
