// `response_format`: text, any JSON object, or JSON after a schema.
import type { Conversation, Notes, OutputFormat } from '../../../core/index.ts';
import { complete, Members, own } from '../members.ts';

export function decodeFormat(members: Members): OutputFormat | undefined {
  const node = members.object('response_format');
  if (node === undefined) return undefined;
  const format = new Members(node);
  const type = format.string('type');
  if (type === 'json_schema') return schemaFormat(format);
  if (type === 'json_object') return { kind: 'json', extra: format.extra() };
  if (type !== 'text') format.form.type = type;
  return { kind: 'text', extra: format.extra() };
}

function schemaFormat(format: Members): OutputFormat {
  const inner = format.inside('json_schema');
  const name = inner?.string('name');
  const description = inner?.string('description');
  const schema = inner?.object('schema');
  const strict = inner?.boolean('strict');
  return {
    kind: 'schema',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
    extra: format.extra(),
  };
}

export function encodeFormat({ format }: Conversation, out: Record<string, unknown>, notes: Notes): void {
  if (format === undefined) return;
  const { kind, name, description, schema, strict, extra } = format;
  const isOwn = extra?.dialect === own;
  notes.dropExtra('format', extra, own);
  if (kind !== 'schema') {
    const type = kind === 'json' ? 'json_object' : 'text';
    const spelled =
      isOwn && kind === 'text' && extra.form !== undefined && 'type' in extra.form ? extra.form.type : type;
    out.response_format = complete(spelled === undefined ? {} : { type: spelled }, extra);
    return;
  }
  const inner = {
    // Required here; other dialects have no names.
    ...(name === undefined ? (isOwn ? {} : { name: 'response' }) : { name }),
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
  };
  out.response_format = complete({ type: 'json_schema', json_schema: inner }, extra);
}
