// GET of model lists and single models: what this key can reach on this route, in the caller's shape.
import { GatewayError, type ModelEntry, type Reply, replyWith } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
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

/** Listed names that resolve for some operation of the caller's dialect. */
function reachable(call: GatewayCall): ModelEntry[] {
  const { models } = call.snapshot.parts;
  const { providers = [], accounts: route } = call.match?.route ?? {};
  const need = { dialect: call.dialect, operation: 'chat', providers, key: call.key?.accounts, route } as const;
  const others = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const;
  return models.list(providers).filter(({ id }) => {
    if (!allows(call.key?.models, id) || !allows(call.match?.route.models, id)) return false;
    return others.some((dialect) => models.resolve(id, { ...need, dialect }).found === 'candidates');
  });
}

function json(value: unknown): Reply {
  return replyWith(200, { 'content-type': 'application/json' }, JSON.stringify(value));
}
