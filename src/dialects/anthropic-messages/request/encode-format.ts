// Structured output -> `output_config.format`. This dialect knows schemas only, of closed objects; "any JSON" is asked for
// in words, because an object open to any member is refused.
import type { Destination, JsonObject, OutputFormat } from '../../../core/index.ts';
import { type Draft, own, written } from '../members.ts';
import { closedSchema } from './closed-schema.ts';

export function encodeFormat(format: OutputFormat | undefined, to: Destination): Draft | undefined {
  if (format?.kind !== 'schema') return undefined;
  to.notes.dropExtra('format', format.extra, own);
  const schema: JsonObject = format.schema ?? { type: 'object' };
  if (format.extra?.dialect === own) return written({ type: 'json_schema', schema }, format.extra);
  if (format.name !== undefined) to.notes.drop('format.name');
  const told = format.description === undefined ? {} : { description: format.description };
  return { type: 'json_schema', schema: { ...told, ...closedSchema(schema) } };
}

const asJson = 'Answer with one JSON object and nothing else: no words before or after it, no code fence.';

/** `system` with what a format asks for that only words can say. */
export function formatInWords(
  system: string | readonly Draft[] | undefined,
  format: OutputFormat | undefined,
): string | readonly Draft[] | undefined {
  if (format?.kind !== 'json') return system;
  const before = typeof system === 'string' ? [{ type: 'text', text: system }] : (system ?? []);
  return [...before, { type: 'text', text: asJson }];
}
