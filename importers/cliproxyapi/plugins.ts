// Routing, retries and rules on payloads: settings of plugins here.
import type { Tree } from '../importer.ts';
import type { Source } from '../source.ts';

const strategies: Readonly<Record<string, string>> = {
  'round-robin': 'round-robin',
  'weighted-round-robin': 'weighted',
  'fill-first': 'fill-first',
};

const dialects: Readonly<Record<string, string>> = {
  openai: 'openai-chat',
  'openai-response': 'openai-responses',
  claude: 'anthropic-messages',
  gemini: 'gemini',
  codex: 'openai-responses',
};

/** Undefined where the usual chain will do. */
export function pluginsOf(source: Source): unknown[] | undefined {
  const balancer = balancerOf(source);
  const rules = rulesOf(source.at('payload'));
  if (Object.keys(balancer).length === 0 && rules.length === 0) return undefined;
  return [
    'logger',
    'auth',
    'rate-limit',
    ...(rules.length === 0 ? [] : [{ payload: { rules } }]),
    'translator',
    Object.keys(balancer).length === 0 ? 'balancer' : { balancer },
  ];
}

function balancerOf(source: Source): Tree {
  const routing = source.at('routing');
  const strategy = strategies[routing.at('strategy').text() ?? ''];
  const sticky = routing.at('session-affinity').yes();
  if (routing.at('session-affinity-ttl').given)
    routing
      .at('session-affinity-ttl')
      .note('changed', 'sessions stick for as long as their account serves them: nothing is kept that could run out');
  const retries = source.at('request-retry').number();
  if (retries !== undefined)
    source.at('request-retry').note('changed', 'rounds over all accounts there; here so many more accounts are tried');
  const most = source.at('max-retry-credentials').number();
  const wait = source.at('max-retry-interval').number();
  const attempts = most !== undefined && most > 0 ? most : retries === undefined ? undefined : Math.max(5, retries + 1);
  return {
    ...(sticky ? { strategy: 'sticky' } : strategy === undefined || strategy === 'round-robin' ? {} : { strategy }),
    ...(attempts === undefined || attempts === 5 ? {} : { attempts: Math.min(100, attempts) }),
    ...(wait === undefined || wait === 0 ? {} : { wait: `${wait}s` }),
  };
}

function rulesOf(payload: Source): Tree[] {
  return [
    ...payload
      .at('filter')
      .list()
      .flatMap((rule) => ruleOf(rule, 'remove')),
    ...payload
      .at('override')
      .list()
      .flatMap((rule) => ruleOf(rule, 'override')),
    ...payload
      .at('default')
      .list()
      .flatMap((rule) => ruleOf(rule, 'default')),
  ];
}

/** One rule for each dialect its models name: conditions hold together here. */
function ruleOf(rule: Source, action: 'remove' | 'override' | 'default'): Tree[] {
  const change = action === 'remove' ? rule.at('params').texts() : rule.at('params').take();
  return rule
    .at('models')
    .list()
    .map((model) => {
      const name = model.at('name').text();
      const protocol = model.at('from-protocol').text();
      const dialect = dialects[protocol ?? ''];
      if (model.at('protocol').text() !== undefined)
        model.at('protocol').note('changed', 'rules go by what the client speaks, not by the upstream');
      const when = {
        ...(name === undefined ? {} : { models: [name] }),
        ...(dialect === undefined ? {} : { dialects: [dialect] }),
        ...headersOf(model.at('headers')),
      };
      return { ...(Object.keys(when).length === 0 ? {} : { when }), [action]: change };
    });
}

function headersOf(headers: Source): Tree {
  const entries = headers.members().map(([name, value]) => [name, value.text() ?? '*'] as const);
  return entries.length === 0 ? {} : { headers: Object.fromEntries(entries) };
}
