// Structured output: a MIME type, and a schema of either kind.
import type { JsonObject, OutputFormat } from '../../../../core/index.ts';
import { lowerCase } from '../../../canonical/schema/lower-case.ts';
import { extraOf, type Members } from '../../wire/members.ts';

/** Undefined where none is asked for, or one that only this API has (`text/x.enum`). */
export function decodeFormat(members: Members): OutputFormat | undefined {
  const type = members.take('responseMimeType', (value) =>
    value === 'application/json' || value === 'text/plain' ? value : undefined,
  );
  if (type === undefined && members.has('responseMimeType')) return undefined;
  const json = members.object('responseJsonSchema');
  const raw = json ?? members.object('responseSchema');
  if (raw !== undefined) return withSchema(raw, json === undefined ? 'responseSchema' : 'responseJsonSchema', type);
  if (type === undefined) return undefined;
  return { kind: type === 'application/json' ? 'json' : 'text', ...extraOf(undefined, { type }) };
}

function withSchema(raw: JsonObject, member: string, type: string | undefined): OutputFormat {
  const schema = lowerCase(raw);
  const kept = schema === raw ? {} : { raw, read: schema };
  return { kind: 'schema', schema, ...extraOf(undefined, { type: type ?? '', schema: member, ...kept }) };
}
