// Changes fields of JSON requests: sets what is absent, overrides, removes. Everything behind it in the chain, and the
// upstream, sees the changed request.
import { type JsonObject, plugin } from 'portico';
import { compileRules, type RuleSettings } from './rules.ts';

interface Config {
  readonly rules: readonly RuleSettings[];
}

export default plugin<Config>((config, host) => {
  const rules = compileRules(config.rules);
  return async function payload(ctx, next) {
    const { call } = ctx;
    const likely = rules.filter((rule) => rule.covers(ctx));
    if (likely.length === 0) return next();
    const { model } = await call.facts();
    const wanted = likely.filter((rule) => rule.coversModel(model));
    if (wanted.length === 0) return next();
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
    for (const rule of applied) host.metrics.count('applied', { rule });
    return next();
  };
});
