// Decides by who is calling: lets through the clients that are named, known by their requests' headers, paths and
// bodies. This keeps honest clients apart; what a client says of itself can be imitated, so it replaces no key.
import { type CallContext, type Explainer, GatewayError, type Host, type PluginHandler, plugin } from 'portico';
import { decide, explainRefusal, knowClients, type Settings } from './decide.ts';
import type { Asked } from './judge.ts';
import { parseBody, tryOn } from './try-on.ts';

function clientFilter(settings: Settings, host: Host): PluginHandler {
  const { mode, bodyLimit } = settings;
  const clients = knowClients(settings);
  const judgement = mode === 'simple' ? 'simple' : 'strict';

  return async function clientFilter(ctx, next) {
    if (mode === 'off') return next();
    const asked = askedBy(ctx, bodyLimit);
    const decision = await decide(clients, asked, judgement);
    const client = decision.client?.name ?? 'unknown';
    const result = decision.allowed ? 'allowed' : mode === 'shadow' ? 'would-block' : 'blocked';
    host.metrics.count('requests', { client, result });
    if (decision.allowed) return next();
    const message = await explainRefusal(clients, asked, judgement, decision);
    if (mode !== 'shadow') throw new GatewayError('client-not-allowed', { message });
    host.log.info('a client would be blocked', { id: ctx.call.id, client, route: ctx.call.route, message });
    return next();
  };
}

function explain(settings: Settings): Explainer {
  const { mode, bodyLimit } = settings;
  const clients = knowClients(settings);
  const judgement = mode === 'simple' ? 'simple' : 'strict';
  return async function clientFilter(ctx, tell) {
    if (mode === 'off') return tell({ verdict: 'passes', text: 'mode: off' });
    const asked = askedBy(ctx, bodyLimit);
    const decision = await decide(clients, asked, judgement);
    if (decision.allowed) return tell({ verdict: 'passes', text: `the client is ${decision.client?.name}` });
    const message = await explainRefusal(clients, asked, judgement, decision);
    if (mode !== 'shadow') throw new GatewayError('client-not-allowed', { message });
    tell({ verdict: 'passes', text: `would be refused, but for mode: shadow: ${message}` });
  };
}

function askedBy(ctx: CallContext, bodyLimit: number): Asked {
  let parsed: Promise<unknown> | undefined;
  return {
    path: ctx.path,
    headers: ctx.req.headers,
    operation: ctx.call.operation,
    body() {
      parsed ??= readJson(ctx, bodyLimit);
      return parsed;
    },
  };
}

async function readJson({ call }: CallContext, limit: number): Promise<unknown> {
  const { bytes } = await call.facts();
  return bytes > limit ? undefined : parseBody(await call.body(), limit);
}

/** The command line's tester reaches `tryOn` through the default export: it tests the code the gateway would run. */
export default Object.assign(plugin<Settings>(clientFilter, { explain }), { tryOn });
