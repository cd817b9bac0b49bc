// The recorded exchanges that are chats, as against counting, lists of models and batches.
import type { DialectName, JsonObject } from '../../src/core/index.ts';
import { captured, type Recorded, recorded } from '../support/corpus.ts';

const chatPaths: Readonly<Record<DialectName, RegExp>> = {
  'openai-chat': /completions$/,
  'openai-responses': /responses$/,
  'anthropic-messages': /messages$/,
  gemini: /:(generateContent|streamGenerateContent)$/,
};

function isChat({ dialect, endpoint }: Recorded): boolean {
  const [path = ''] = endpoint.split('?');
  return path === '' || chatPaths[dialect].test(path);
}

export interface AskedChat {
  readonly name: string;
  readonly body: JsonObject;
  /** From the path, where the dialect puts it there. */
  readonly model: string;
  readonly stream: boolean;
}

/** Requests that their vendor accepted, and those of real clients. */
export function askedChats(dialect: DialectName): AskedChat[] {
  const fromVendors = recorded(dialect)
    .filter((one) => isChat(one) && one.status < 300 && one.request !== undefined)
    .map(({ name, request = {}, endpoint, stream }) => ({
      name,
      body: request,
      model: modelOf(request, endpoint),
      stream,
    }));
  const fromClients = captured().flatMap(({ name, url, body }) => {
    if (body === null || !chatPaths[dialect].test(url.split('?')[0] ?? '')) return [];
    const stream = body.stream === true || url.includes('streamGenerateContent');
    return [{ name, body, model: modelOf(body, url), stream }];
  });
  return [...fromVendors, ...fromClients];
}

function modelOf(body: JsonObject, path: string): string {
  return typeof body.model === 'string' ? body.model : (/models\/([^:/?]+)/.exec(path)?.[1] ?? 'm');
}

export function answeredChats(dialect: DialectName): { readonly name: string; readonly body: JsonObject }[] {
  return recorded(dialect)
    .filter((one) => isChat(one) && one.status < 300 && isAnswer(one.response))
    .map(({ name, response }) => ({ name, body: response as JsonObject }));
}

/** Not what counts tokens, makes pictures or was recorded broken, where no path tells. */
function isAnswer(body: unknown): boolean {
  const members = ['choices', 'output', 'content', 'candidates', 'promptFeedback'];
  return typeof body === 'object' && body !== null && members.some((name) => name in body);
}
