// Writing what `Members` read: unmodelled members return, names are spelled as they were.
import type { Extra, JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import { snake } from './members.ts';

/** How the node was written; undefined where it came in another dialect. */
export function formOf(extra: Extra | undefined): JsonObject | undefined {
  return extra?.dialect === 'gemini' ? extra.form : undefined;
}

/** Objects that are part of a node without being one: their unknown members are kept as `functionCall.name`. */
const nests = new Set([
  ...['inlineData', 'fileData', 'functionCall', 'functionResponse', 'googleSearch', 'googleSearchRetrieval'],
  ...['generationConfig', 'thinkingConfig', 'toolConfig', 'functionCallingConfig', 'content'],
]);

/** Adds what the node kept. Canonical members that are set win. */
export function spelled(out: Record<string, unknown>, extra: Extra | undefined): JsonObject {
  if (extra?.dialect !== 'gemini') return out;
  for (const [name, value] of Object.entries(extra.fields ?? {})) put(out, name, value);
  return respelled(out, extra.form);
}

function put(out: Record<string, unknown>, name: string, value: unknown): void {
  const dot = name.indexOf('.');
  const nest = dot === -1 ? name : name.slice(0, dot);
  if (dot === -1 || !nests.has(nest)) {
    if (out[name] === undefined) out[name] = value;
    return;
  }
  out[nest] ??= {};
  put(out[nest] as Record<string, unknown>, name.slice(dot + 1), value);
}

/** The spelling alone, of what stands inside too. */
export function respelled(out: Record<string, unknown>, form: JsonObject | undefined): JsonObject {
  for (const nest of nests) {
    const inside = form?.[nest];
    if (inside !== undefined && out[nest] !== undefined)
      respelled(out[nest] as Record<string, unknown>, asObject(inside));
  }
  for (const name of asArray(form?.nulls) ?? []) {
    if (out[name as string] === undefined) out[name as string] = null;
  }
  for (const name of asArray(form?.snake) ?? []) {
    if (out[name as string] === undefined) continue;
    out[snake(name as string)] = out[name as string];
    delete out[name as string];
  }
  return out;
}
