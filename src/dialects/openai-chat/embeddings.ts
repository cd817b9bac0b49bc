// POST /v1/embeddings. https://platform.openai.com/docs/api-reference/embeddings
import { type EmbeddingsCodec, type EmbeddingsRequest, GatewayError, type Usage } from '../../core/index.ts';
import { asArray, asCount, asObject, asString } from '../json.ts';
import { plainUsage } from '../usage.ts';

export const embeddings: EmbeddingsCodec = {
  decodeRequest(body, { model, notes }) {
    const { input, model: named, dimensions, encoding_format: encoding, user, ...fields } = body;
    notes.dropExtra('request', { dialect: 'openai-chat', fields }, 'gemini');
    return {
      model: asString(named) ?? model ?? '',
      inputs: inputsOf(input),
      // A single input is answered with a list of one all the same.
      single: false,
      ...(typeof dimensions === 'number' ? { dimensions } : {}),
      ...(encoding === 'base64' ? { encoding } : {}),
      ...(typeof user === 'string' ? { user } : {}),
    };
  },
  encodeRequest({ inputs, dimensions, user, task, title }, { model, notes }) {
    const fields = { ...(task === undefined ? {} : { taskType: task }), ...(title === undefined ? {} : { title }) };
    notes.dropExtra('request', { dialect: 'gemini', fields }, 'openai-chat');
    const [only] = inputs;
    const input = inputs.length === 1 && typeof only === 'string' ? only : inputs;
    return {
      body: {
        model,
        input,
        // Numbers, whatever the client reads: not every compatible vendor knows the other form.
        encoding_format: 'float',
        ...(dimensions === undefined ? {} : { dimensions }),
        ...(user === undefined ? {} : { user }),
      },
    };
  },
  decodeAnswer(body) {
    const data = asArray(body.data);
    if (data === undefined) throw new GatewayError('upstream-invalid');
    const vectors: (readonly number[])[] = [];
    data.forEach((item, at) => {
      const entry = asObject(item);
      vectors[asCount(entry?.index) ?? at] = vectorOf(entry?.embedding);
    });
    const usage = usageOf(body.usage);
    const model = asString(body.model);
    return { vectors, ...(model === undefined ? {} : { model }), ...(usage === undefined ? {} : { usage }) };
  },
  encodeAnswer({ vectors, usage, model }, request) {
    const input = usage?.input ?? 0;
    return {
      object: 'list',
      data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: written(vector, request) })),
      model: model ?? request.model,
      usage: { prompt_tokens: input, total_tokens: input },
    };
  },
};

function inputsOf(input: unknown): EmbeddingsRequest['inputs'] {
  if (typeof input === 'string') return [input];
  const list = asArray(input);
  if (list !== undefined && list.length > 0) {
    if (list.every((item) => typeof item === 'number')) return [list];
    if (list.every(isInput)) return list;
  }
  throw new GatewayError('invalid-request', {
    message: 'input must be a text, a list of texts, a list of tokens or a list of such lists.',
    param: 'input',
  });
}

function isInput(value: unknown): value is string | number[] {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'number'));
}

function vectorOf(value: unknown): readonly number[] {
  if (typeof value === 'string') return floatsIn(value);
  const list = asArray(value);
  if (list?.every((item) => typeof item === 'number')) return list as readonly number[];
  throw new GatewayError('upstream-invalid');
}

/** Little-endian 32-bit floats. The official SDK asks for this form unless told otherwise, and reads no other then. */
function written(vector: readonly number[], { encoding }: EmbeddingsRequest): readonly number[] | string {
  if (encoding !== 'base64') return vector;
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  vector.forEach((value, at) => {
    bytes.writeFloatLE(value, at * 4);
  });
  return bytes.toString('base64');
}

function floatsIn(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(at * 4));
}

function usageOf(value: unknown): Usage | undefined {
  const input = asCount(asObject(value)?.prompt_tokens) ?? asCount(asObject(value)?.total_tokens);
  if (input === undefined) return undefined;
  return plainUsage(input);
}
