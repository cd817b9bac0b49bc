// A GenerateContentRequest as a conversation. https://ai.google.dev/api/generate-content
import {
  type Asked,
  type Conversation,
  type Extra,
  GatewayError,
  type JsonObject,
  type ServiceTier,
  type Turn,
} from '../../../../core/index.ts';
import { asArray, asObject, asString, entryOf } from '../../../json.ts';
import { extraOf, Members } from '../../wire/members.ts';
import { decodeChoice } from './choice.ts';
import { decodeSettings } from './settings.ts';
import { decodeTools } from './tools.ts';
import { decodeInstruction, decodeTurn } from './turns.ts';

const tiers: Readonly<Record<string, ServiceTier>> = {
  unspecified: 'auto',
  standard: 'default',
  flex: 'flex',
  priority: 'priority',
};

/** Throws `invalid-request` where there is nothing to converse about. */
export function decodeRequest(body: JsonObject, asked: Asked): Conversation {
  const members = new Members(body);
  const model = members.text('model');
  const turns = decodeTurns(members);
  const { tools, form: toolsForm } = decodeTools(members);
  const { toolChoice, inside: choice } = decodeChoice(members);
  const { settings, inside: config } = decodeSettings(members);
  const tier = members.take('serviceTier', (value) => entryOf(tiers, asString(value)?.toLowerCase()));
  const fields = { ...members.rest(), ...choice.fields, ...config.fields };
  const form = { ...members.spelling(), ...turns.form, ...toolsForm, ...choice.form, ...config.form };
  return {
    model: asked.model ?? withoutPrefix(model ?? ''),
    stream: asked.stream,
    turns: turns.turns,
    tools,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...settings,
    ...(tier === undefined ? {} : { serviceTier: tier }),
    extra: requestExtra(fields, { ...form, ...(model === undefined ? {} : { model: prefixOf(model) }) }, body),
  };
}

/** Content that the vendor keeps (`cachedContent`) is a part of the prompt: without it the request means something else. */
function requestExtra(fields: JsonObject, form: JsonObject, body: JsonObject): Extra {
  const { extra } = extraOf(Object.keys(fields).length === 0 ? undefined : fields, form);
  const cached = ['cachedContent', 'cached_content'].filter((name) => (body[name] ?? null) !== null);
  return { dialect: 'gemini', ...extra, ...(cached.length === 0 ? {} : { needed: cached }) };
}

/** In the body of a nested request a model is `models/…`. */
function withoutPrefix(model: string): string {
  return model.slice(prefixOf(model).length);
}

function prefixOf(model: string): string {
  return model.startsWith('models/') ? 'models/' : '';
}

function decodeTurns(members: Members): { readonly turns: readonly Turn[]; readonly form: JsonObject } {
  const instruction = members.take('systemInstruction', (value) => value);
  const contents = members.take('contents', (value) => value);
  const list = asArray(contents) ?? (asObject(contents) === undefined ? undefined : [contents]);
  if (list === undefined) {
    const message = 'contents must be a list of contents, each with parts.';
    throw new GatewayError('invalid-request', { message, param: 'contents' });
  }
  const turns = list.map((content, index) => decodeTurn(content, index));
  const form = Array.isArray(contents) ? {} : { single: true };
  return instruction === undefined ? { turns, form } : { turns: [decodeInstruction(instruction), ...turns], form };
}
