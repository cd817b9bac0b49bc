// Documents as other dialects describe them: given as parts, or with a title and a context, which are told in words.
import type { MediaPart, Part } from '../../../../core/index.ts';

export function flattened(part: Part): readonly Part[] {
  if (part.kind !== 'media') return [part];
  const about = aboutOf(part);
  const { title: _, context: __, ...rest } = part;
  const content: readonly Part[] = part.source.type === 'parts' ? part.source.parts.flatMap(flattened) : [rest];
  return about === '' ? content : [{ kind: 'text', text: about }, ...content];
}

function aboutOf({ title, context }: MediaPart): string {
  const lines = [
    ...(title === undefined || title === '' ? [] : [`Document: ${title}`]),
    ...(context === undefined || context === '' ? [] : [`Context: ${context}`]),
  ];
  return lines.join('\n');
}
