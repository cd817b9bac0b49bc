// Adds, sets and removes headers: of the request that goes upstream, and of the answer that goes to the client. The
// engine takes the upstream's headers from ctx.req.headers at each attempt. They are replaced while the rest of the
// chain runs and put back after it, so that records and logs tell what the client really sent.
import { type CallContext, type Explainer, type PluginHandler, plugin } from 'portico';
import { changeRequest } from './request.ts';
import { changeResponse } from './response.ts';
import { type Changes, compile, type Rules } from './rules.ts';

interface Config {
  readonly request: Rules;
  readonly response: Rules;
}

function headers(config: Config): PluginHandler {
  const request = compile(config.request);
  const response = compile(config.response);
  return async function headers(ctx, next) {
    const sent = ctx.req.headers;
    if (request.any) ctx.req.headers = changeRequest(sent, request, await modelFor(ctx, request), ctx.call);
    try {
      await next();
    } finally {
      ctx.req.headers = sent;
      // Only a model that is known by now: a refused request must not have its body read for a header.
      if (response.any) changeResponse(ctx, response, response.asksModel ? ctx.call.record().model : undefined);
    }
  };
}

function explain(config: Config): Explainer {
  const request = compile(config.request);
  const response = compile(config.response);
  return async function headers(ctx, tell) {
    const names = ({ remove, set, add }: Changes) => [
      ...remove,
      ...set.map(([name]) => name),
      ...add.map(([name]) => name),
    ];
    if (!request.any && !response.any) return tell({ verdict: 'passes', text: 'nothing is set' });
    if (response.any)
      tell({ verdict: 'passes', text: `of the answer would be changed: ${names(response).join(', ')}` });
    if (!request.any) return;
    ctx.req.headers = changeRequest(ctx.req.headers, request, await modelFor(ctx, request), ctx.call);
    tell({ verdict: 'changes', text: `changed: ${names(request).join(', ')}` });
  };
}

export default plugin<Config>(headers, { explain });

async function modelFor({ call }: CallContext, { asksModel }: Changes): Promise<string | undefined> {
  if (!asksModel || call.operation === 'forward') return undefined;
  return (await call.facts()).model;
}
