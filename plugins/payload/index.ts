// Changes fields of JSON requests: sets what is absent, overrides, removes. Everything behind it in the chain, and the
// upstream, sees the changed request.
import { type CallContext, type JsonObject, plugin } from 'portico';
import { compileRules, type Rule, type RuleSettings } from './rules.ts';

interface Config {
  readonly rules: readonly RuleSettings[];
}

export default plugin<Config>(
  (config, host) => {
    const rules = compileRules(config.rules);
    return async function payload(ctx, next) {
      for (const rule of await applyTo(ctx, rules)) host.metrics.count('applied', { rule });
      return next();
    };
  },
  {
    explain: (config) => {
      const rules = compileRules(config.rules);
      return async function payload(ctx, tell) {
        const applied = await applyTo(ctx, rules);
        if (applied.length === 0) return tell({ verdict: 'passes', text: 'no rule changes it' });
        tell({ verdict: 'changes', text: `changed by ${applied.join(', ')}` });
      };
    },
  },
);

/** Changes the body. Names of the rules that did. */
async function applyTo(ctx: CallContext, rules: readonly Rule[]): Promise<readonly string[]> {
  const { call } = ctx;
  const likely = rules.filter((rule) => rule.covers(ctx));
  if (likely.length === 0) return [];
  const { model } = await call.facts();
  const wanted = likely.filter((rule) => rule.coversModel(model));
  if (wanted.length === 0) return [];
  const applied: string[] = [];
  await call.edit((body) => {
    let changed: JsonObject = body;
    for (const rule of wanted) {
      const before = changed;
      if (rule.holds(before)) changed = rule.apply(before);
      if (changed !== before) applied.push(rule.name);
    }
    return changed;
  });
  return applied;
}
