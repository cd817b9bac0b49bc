// `generationConfig`: how to generate.
import type { Conversation, JsonObject } from '../../../../core/index.ts';
import { asArray } from '../../../json.ts';
import { type Inside, Members } from '../../wire/members.ts';
import { decodeFormat } from './format.ts';
import { decodeReasoning } from './reasoning.ts';

type Settings = Partial<Conversation>;

export interface DecodedSettings {
  readonly settings: Settings;
  readonly inside: Inside;
}

const numbers = {
  maxOutputTokens: 'maxOutputTokens',
  candidateCount: 'answers',
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  seed: 'seed',
  presencePenalty: 'presencePenalty',
  frequencyPenalty: 'frequencyPenalty',
} as const satisfies Readonly<Record<string, keyof Conversation>>;

export function decodeSettings(around: Members): DecodedSettings {
  const config = around.object('generationConfig');
  if (config === undefined) return { settings: {}, inside: { fields: undefined, form: {} } };
  const members = new Members(config);
  const found: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(numbers)) {
    const value = members.number(name);
    if (value !== undefined) found[field] = value;
  }
  const stop = members.take('stopSequences', texts);
  const logprobs = decodeLogprobs(members, config);
  const format = decodeFormat(members);
  const { reasoning, inside: thinking, form } = decodeReasoning(members);
  const rest = members.inside('generationConfig');
  const settings: Settings = {
    ...(found as Settings),
    ...(stop === undefined ? {} : { stop }),
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(format === undefined ? {} : { format }),
  };
  const empty = Object.keys(config).length === 0 ? { emptyConfig: true } : {};
  return { settings, inside: joined(rest, thinking, { ...form, ...empty }) };
}

function joined(rest: Inside, thinking: Inside, form: JsonObject): Inside {
  const thought = Object.entries(thinking.fields ?? {}).map(([name, value]) => [`generationConfig.${name}`, value]);
  const fields = { ...rest.fields, ...(Object.fromEntries(thought) as JsonObject) };
  const spelling = { ...(rest.form.generationConfig as JsonObject | undefined), ...thinking.form };
  return {
    fields: Object.keys(fields).length === 0 ? undefined : fields,
    form: { ...(Object.keys(spelling).length === 0 ? {} : { generationConfig: spelling }), ...form },
  };
}

function texts(value: unknown): readonly string[] | undefined {
  const list = asArray(value);
  return list?.every((text) => typeof text === 'string') ? (list as readonly string[]) : undefined;
}

/** `responseLogprobs` asks for them, `logprobs` for alternatives as well; the latter alone means nothing. */
function decodeLogprobs(members: Members, config: JsonObject): number | undefined {
  if ((config.responseLogprobs ?? config.response_logprobs) !== true) return undefined;
  members.flag('responseLogprobs');
  return members.number('logprobs') ?? 0;
}
