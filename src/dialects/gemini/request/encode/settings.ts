// `generationConfig`.
import { isDeepStrictEqual } from 'node:util';
import type { Conversation, Destination, JsonObject, OutputFormat } from '../../../../core/index.ts';
import { jsonSubset, openApiSubset } from '../../../canonical/schema/subsets.ts';
import { toSubset } from '../../../canonical/schema/to-subset.ts';
import { formOf } from '../../wire/spell.ts';
import { encodeReasoning } from './reasoning.ts';

/** More are refused. https://ai.google.dev/api/generate-content#generationconfig */
const mostStops = 5;

export function encodeSettings(conversation: Conversation, to: Destination): JsonObject | undefined {
  const { format } = conversation;
  const own = conversation.extra?.dialect === 'gemini';
  const config: Record<string, unknown> = {};
  const put = (name: string, value: unknown) => {
    if (value !== undefined) config[name] = value;
  };
  put('maxOutputTokens', conversation.maxOutputTokens);
  put('candidateCount', conversation.answers);
  put('temperature', conversation.temperature);
  put('topP', conversation.topP);
  put('topK', conversation.topK);
  put('seed', seed(conversation.seed, own, to));
  put('presencePenalty', conversation.presencePenalty);
  put('frequencyPenalty', conversation.frequencyPenalty);
  put('stopSequences', stops(conversation.stop, own, to));
  if (conversation.logprobs !== undefined) {
    config.responseLogprobs = true;
    if (conversation.logprobs > 0) config.logprobs = conversation.logprobs;
  }
  if (format !== undefined) Object.assign(config, encodeFormat(format, to));
  put('thinkingConfig', encodeReasoning(conversation, to));
  const isEmpty = Object.keys(config).length === 0 && formOf(conversation.extra)?.emptyConfig !== true;
  return isEmpty ? undefined : config;
}

/** An int32; other vendors take larger ones. */
function seed(given: number | undefined, own: boolean, { notes }: Destination): number | undefined {
  if (given === undefined || own || given === (given | 0)) return given;
  notes.drop('seed');
  return undefined;
}

function stops(
  stop: readonly string[] | undefined,
  own: boolean,
  { notes }: Destination,
): readonly string[] | undefined {
  if (stop === undefined || own || stop.length <= mostStops) return stop?.length === 0 && !own ? undefined : stop;
  notes.drop('stop');
  return stop.slice(0, mostStops);
}

function encodeFormat(format: OutputFormat, to: Destination): JsonObject {
  const { notes, facts } = to;
  notes.dropExtra('format', format.extra, 'gemini');
  const form = formOf(format.extra);
  if (format.name !== undefined) notes.drop('format.name');
  if (format.description !== undefined) notes.drop('format.description');
  if (format.strict === true) notes.drop('format.strict');
  if (format.kind === 'text') return form === undefined ? {} : { responseMimeType: 'text/plain' };
  const type = form?.type === '' && format.kind === 'schema' ? {} : { responseMimeType: 'application/json' };
  if (format.kind === 'json' || format.schema === undefined) return type;
  if (typeof form?.schema === 'string') return { ...type, [form.schema]: sameSchema(form, format.schema) };
  const { schema, dropped } = toSubset(format.schema, facts.jsonSchema === false ? openApiSubset : jsonSubset);
  if (dropped.length > 0) notes.drop('format.schema');
  return { ...type, [facts.jsonSchema === false ? 'responseSchema' : 'responseJsonSchema']: schema };
}

/** A schema that its own client sent returns as it was, unless something has changed it. */
export function sameSchema(form: JsonObject, schema: JsonObject): JsonObject {
  if (form.raw === undefined) return schema;
  const isSame = form.read === schema || isDeepStrictEqual(form.read, schema);
  return isSame ? (form.raw as JsonObject) : schema;
}
