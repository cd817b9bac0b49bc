// …:embedContent for one text, …:batchEmbedContents for several. https://ai.google.dev/api/embeddings
import {
  type EmbeddingsCodec,
  type EmbeddingsRequest,
  GatewayError,
  type JsonObject,
  type Notes,
} from '../../core/index.ts';
import { asArray, asObject, asString } from '../json.ts';
import { readUsage } from './usage.ts';

export const embeddings: EmbeddingsCodec = {
  decodeRequest(body, { model, notes }) {
    const list = body.requests === undefined ? undefined : asArray(body.requests);
    const requests = (list ?? [body]).map((one, at) => asObject(one) ?? wrong(`requests[${at}]`, 'must be an object'));
    const [first] = requests;
    if (first === undefined) return wrong('requests', 'must hold at least one request');
    const settings = settingsOf(first);
    requests.forEach((one, at) => {
      if (settingNames.some((name) => one[name] !== first[name])) throw mixed(`requests[${at}]`);
      noteFields(one, notes);
    });
    return {
      model: model ?? asString(first.model)?.replace(/^models\//, '') ?? '',
      inputs: requests.map((one, at) =>
        textOf(one.content, list === undefined ? 'content' : `requests[${at}].content`),
      ),
      single: list === undefined,
      ...settings,
    };
  },
  encodeRequest(request, { model, notes }) {
    if (request.user !== undefined) notes.drop('user');
    const requests = request.inputs.map((input) => requestFor(input, request, model));
    const [only] = requests;
    if (requests.length === 1 && only !== undefined) return { body: only, method: 'embedContent' };
    return { body: { requests }, method: 'batchEmbedContents' };
  },
  decodeAnswer(body) {
    const many = asArray(body.embeddings);
    const vectors = (many ?? [body.embedding]).map(vectorOf);
    const usage = readUsage(body);
    return { vectors, ...(usage === undefined ? {} : { usage }) };
  },
  encodeAnswer({ vectors, usage }, { single }) {
    const counted = usage === undefined ? {} : { usageMetadata: { promptTokenCount: usage.input } };
    if (single) return { embedding: { values: vectors[0] ?? [] }, ...counted };
    return { embeddings: vectors.map((values) => ({ values })), ...counted };
  },
};

const settingNames = ['taskType', 'title', 'outputDimensionality'];
const known = new Set([...settingNames, 'model', 'content']);

function settingsOf({ taskType, title, outputDimensionality }: JsonObject): Partial<EmbeddingsRequest> {
  return {
    ...(typeof taskType === 'string' ? { task: taskType } : {}),
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof outputDimensionality === 'number' ? { dimensions: outputDimensionality } : {}),
  };
}

function noteFields(request: JsonObject, notes: Notes): void {
  const fields = Object.fromEntries(Object.entries(request).filter(([name]) => !known.has(name)));
  notes.dropExtra('request', { dialect: 'gemini', fields }, 'openai-chat');
}

function textOf(content: unknown, place: string): string {
  const parts = asArray(asObject(content)?.parts) ?? wrong(`${place}.parts`, 'must be a list');
  return parts
    .map((part, at) => {
      const text = asObject(part)?.text;
      if (typeof text === 'string') return text;
      const param = `${place}.parts[${at}]`;
      const message = `${param} is no text. The model is reached in a dialect that embeds nothing else.`;
      throw new GatewayError('untranslatable', { message, param });
    })
    .join('');
}

function requestFor(input: string | readonly number[], request: EmbeddingsRequest, model: string): JsonObject {
  if (typeof input !== 'string') {
    throw new GatewayError('untranslatable', {
      message: 'input holds tokens. The model is reached in a dialect that takes text only: send the text.',
      param: 'input',
    });
  }
  const { task, title, dimensions } = request;
  return {
    model: `models/${model}`,
    content: { parts: [{ text: input }] },
    ...(task === undefined ? {} : { taskType: task }),
    ...(title === undefined ? {} : { title }),
    ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
  };
}

/** The other dialects say these once for all inputs. */
function mixed(param: string): GatewayError {
  const message = `${param} differs from the first in ${settingNames.join(', ')}. The model is reached in a dialect that has them once for all: send requests of one kind at a time.`;
  return new GatewayError('untranslatable', { message, param });
}

function vectorOf(value: unknown): readonly number[] {
  const values = asArray(asObject(value)?.values);
  if (values?.every((item) => typeof item === 'number')) return values as readonly number[];
  throw new GatewayError('upstream-invalid');
}

function wrong(param: string, what: string): never {
  throw new GatewayError('invalid-request', { message: `${param} ${what}.`, param });
}
