// The cheapest thing an account can be asked that shows whether it works: its list of models, else to count the tokens of
// a word, else for one token of an answer.
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

const kinds: readonly ProbeKind[] = ['models', 'count-tokens', 'chat'];
const word = [{ role: 'user', content: 'ping' }];

/** What a provider is asked; undefined where it offers nothing that a probe could ask. */
export function probeRequest(loaded: LoadedProvider, model: string | undefined): ProbeRequest | undefined {
  for (const kind of kinds) {
    const dialect = loaded.dialects.find((name) => offers(loaded, name, kind) && endpointOf(name, kind) !== undefined);
    const endpoint = dialect && endpointOf(dialect, kind);
    if (dialect === undefined || endpoint === undefined) continue;
    if (kind === 'models') return { kind, dialect: dialects[dialect], endpoint, body: undefined };
    // Those that follow need a model too.
    if (model === undefined) return undefined;
    return { kind, dialect: dialects[dialect], endpoint, body: bodyOf(loaded, dialect, kind, model) };
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
