// GET of model lists and single models: what this key can reach on this route, in the caller's shape.
import { GatewayError, type ModelEntry, type Reply, replyWith } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { bindingOf } from './binding.ts';
import type { ModelMap } from './models.ts';
import { allows } from './patterns.ts';

export function listModels(call: GatewayCall): Reply {
  const models = reachable(call);
  const id = call.match?.model;
  if (id === undefined) {
    const url = call.req.url ?? '';
    const query = new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length));
    return json(call.codec.encodeModels(models, { query }));
  }
  const model = models.find((entry) => entry.id === id);
  if (model === undefined) throw new GatewayError('unknown-model', { param: 'model' });
  return json(call.codec.encodeModel(model));
}

/** What this key and route may use of what can be reached. */
function reachable(call: GatewayCall): ModelEntry[] {
  const { key, match } = call;
  return listed(call).filter(({ id }) => allows(key?.models, id) && allows(match?.route.models, id));
}

/** By the route and the accounts of the key: with many models and accounts it takes long to find out. */
const known = new WeakMap<ModelMap, Map<string, readonly ModelEntry[]>>();
const mostKnown = 1000;

/** Listed names that resolve for some dialect, whatever the state of their accounts. */
function listed(call: GatewayCall): readonly ModelEntry[] {
  const { models } = call.snapshot.parts;
  let lists = known.get(models);
  if (lists === undefined) {
    lists = new Map();
    known.set(models, lists);
  }
  const id = `${call.route} ${bindingOf(call.key)}`;
  let list = lists.get(id);
  if (list === undefined) {
    list = resolved(call, models);
    if (lists.size >= mostKnown) lists.clear();
    lists.set(id, list);
  }
  return list;
}

const dialects = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const;

function resolved({ match, key }: GatewayCall, models: ModelMap): ModelEntry[] {
  const { providers = [], accounts: route } = match?.route ?? {};
  const need = { operation: 'chat', providers, key: key?.accounts, route } as const;
  return models
    .list(providers)
    .filter(({ id }) => dialects.some((dialect) => models.resolve(id, { ...need, dialect }).found === 'candidates'));
}

function json(value: unknown): Reply {
  return replyWith(200, { 'content-type': 'application/json' }, JSON.stringify(value));
}
