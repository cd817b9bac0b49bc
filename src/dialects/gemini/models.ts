// The paged model list: `pageSize` (50 if not given, 1000 at most), `pageToken` from the page before; `nextPageToken` is
// absent on the last page. https://ai.google.dev/api/models#method:-models.list
import { GatewayError, type ModelEntry, type ModelPage, type Page } from '../../core/index.ts';

export function encodeModels(models: readonly ModelEntry[], page: Page): unknown {
  const size = readSize(page.query.get('pageSize'));
  const start = readToken(page.query.get('pageToken'), models);
  const shown = models.slice(start, start + size);
  const last = shown.at(-1);
  const more = last !== undefined && start + size < models.length;
  return {
    models: shown.map(encodeModel),
    ...(more && { nextPageToken: Buffer.from(last.id).toString('base64url') }),
  };
}

export const modelsQuery = { pageSize: '1000' };

/** Names are resources: `models/…`. */
export function readModels(list: unknown): ModelPage | undefined {
  const { models, nextPageToken: token } = Object(list) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(models)) return undefined;
  const names = models.map((entry) => (Object(entry) as { name?: unknown }).name);
  const ids = names.filter((name) => typeof name === 'string').map((name) => name.replace(/^models\//, ''));
  const next = typeof token === 'string' && token !== '' ? { ...modelsQuery, pageToken: token } : undefined;
  return { ids, next };
}

export function encodeModel(model: ModelEntry): unknown {
  return {
    name: `models/${model.id}`,
    baseModelId: model.id,
    version: '',
    displayName: model.id,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  };
}

function readSize(text: string | null): number {
  if (text === null || text === '') return 50;
  const size = Number(text);
  if (Number.isInteger(size) && size >= 0) return size === 0 ? 50 : Math.min(size, 1000);
  throw new GatewayError('invalid-request', { message: 'pageSize must not be negative.', param: 'pageSize' });
}

/** The token names the last model shown, so a list that changes meanwhile neither repeats nor skips others. */
function readToken(token: string | null, models: readonly ModelEntry[]): number {
  if (token === null || token === '') return 0;
  const id = Buffer.from(token, 'base64url').toString();
  const found = models.findIndex((model) => model.id === id);
  if (found !== -1) return found + 1;
  throw new GatewayError('invalid-request', { message: 'The page token is not valid.', param: 'pageToken' });
}
