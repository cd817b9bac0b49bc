// The rules of the settings, made ready.
import type { JsonObject } from 'portico';
import { fillIn, override, remove } from './change.ts';
import { type Condition, compileCondition, type When } from './condition.ts';
import { parsePath } from './path.ts';

type Values = Readonly<Record<string, unknown>>;

export interface RuleSettings {
  readonly name?: string;
  readonly when: When;
  readonly remove?: readonly string[];
  readonly override?: Values;
  readonly default?: Values;
}

export interface Rule extends Condition {
  /** The label of metrics. */
  readonly name: string;
  /** The same body where there is nothing to change. */
  apply(body: JsonObject): JsonObject;
}

export function compileRules(settings: readonly RuleSettings[]): readonly Rule[] {
  return settings.map((rule, index) => ({
    ...compileCondition(rule.when),
    name: rule.name ?? String(index + 1),
    apply: changesOf(rule),
  }));
}

function changesOf(rule: RuleSettings): (body: JsonObject) => JsonObject {
  const gone = (rule.remove ?? []).map(parsePath);
  const [set, filled] = [valuesOf(rule.override), valuesOf(rule.default)];
  return (body) => {
    let changed = body;
    for (const path of gone) changed = remove(changed, path);
    for (const { path, value } of set) changed = override(changed, path, value);
    for (const { path, value } of filled) changed = fillIn(changed, path, value);
    return changed;
  };
}

function valuesOf(values: Values = {}) {
  return Object.entries(values).map(([path, value]) => ({ path: parsePath(path), value }));
}
