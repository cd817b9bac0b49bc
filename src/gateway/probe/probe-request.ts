// The cheapest thing an account can be asked that shows whether it works: its list of models, which says it of the account
// as a whole; of one model to count the tokens of a word, else for one token of an answer.
import type { LoadedProvider } from '../../config/loaded.ts';
import type { Dialect, DialectName, Endpoint, JsonObject } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { offers } from '../models/offers.ts';
import { previewRequest } from '../translate/preview.ts';
import type { ProbeKind } from './probed.ts';

export interface ProbeRequest {
  readonly kind: ProbeKind;
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  readonly body: JsonObject | undefined;
}

const ofAccount: readonly ProbeKind[] = ['models'];
const ofModel: readonly ProbeKind[] = ['count-tokens', 'chat'];
const word = [{ role: 'user', content: 'ping' }];

/** What a provider is asked of a model, or (undefined) of the account; undefined where it offers nothing of the kind. */
export function probeRequest(loaded: LoadedProvider, model: string | undefined): ProbeRequest | undefined {
  for (const kind of model === undefined ? ofAccount : ofModel) {
    const dialect = loaded.dialects.find((name) => offers(loaded, name, kind) && endpointOf(name, kind) !== undefined);
    const endpoint = dialect && endpointOf(dialect, kind);
    if (dialect === undefined || endpoint === undefined) continue;
    const body = kind === 'models' || model === undefined ? undefined : bodyOf(loaded, dialect, kind, model);
    return { kind, dialect: dialects[dialect], endpoint, body };
  }
  return undefined;
}

function endpointOf(name: DialectName, kind: ProbeKind): Endpoint | undefined {
  const own = dialects[name].endpoints.filter(({ operation }) => operation === kind);
  if (kind === 'models') return own.find(({ method, path }) => method === 'GET' && !path.includes('{model}'));
  return own.find(({ stream }) => stream !== 'always');
}

function bodyOf({ name, manifest }: LoadedProvider, to: DialectName, kind: 'count-tokens' | 'chat', model: string) {
  const counts = kind === 'count-tokens';
  const from = counts ? 'anthropic-messages' : 'openai-chat';
  const body = { model, messages: word, ...(counts ? {} : { max_tokens: 1 }) };
  return previewRequest({ from, to, operation: kind, body, model, stream: false, provider: { name, manifest } }).body;
}
