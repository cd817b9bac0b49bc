// POST …:countTokens takes bare contents, or a whole request in `generateContentRequest`, which must name the model again.
// https://ai.google.dev/api/tokens
import { type Codec, type CountCodec, GatewayError, type JsonObject } from '../../core/index.ts';
import { countingBy } from '../canonical/counting.ts';
import { asCount, asObject } from '../json.ts';

const taken = [
  'cachedContent',
  'contents',
  'generationConfig',
  'safetySettings',
  'systemInstruction',
  'toolConfig',
  'tools',
];

export function counting(chat: Codec): CountCodec {
  const { decodeRequest, encodeRequest } = countingBy(chat, taken);
  return {
    decodeRequest: (body, asked) => decodeRequest(requestIn(body), asked),
    encodeRequest(conversation, to) {
      const request = encodeRequest(conversation, to);
      const bare = Object.keys(request).every((name) => name === 'contents');
      return bare ? request : { generateContentRequest: { model: `models/${to.model}`, ...request } };
    },
    decodeAnswer: (body) => asCount(body.totalTokens),
    encodeAnswer: (tokens) => ({ totalTokens: tokens }),
  };
}

function requestIn(body: JsonObject): JsonObject {
  // Vertex AI takes the members of a request beside `contents`.
  const { generateContentRequest, ...bare } = body;
  if (generateContentRequest === undefined) return bare;
  const request = asObject(generateContentRequest);
  if (request === undefined) {
    const param = 'generateContentRequest';
    throw new GatewayError('invalid-request', { message: `${param} must be an object.`, param });
  }
  // The model in the path is the one that counts: the gateway has checked nothing else.
  const { model: _, ...rest } = request;
  return rest;
}
