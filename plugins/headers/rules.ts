// The settings of one direction, made ready: names in lower case, values cut at their placeholders.
import { type Template, template } from './template.ts';

export interface Rules {
  readonly add: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export interface Changes {
  readonly remove: readonly string[];
  readonly set: readonly (readonly [string, Template])[];
  readonly add: readonly (readonly [string, Template])[];
  /** Whether there is anything to do. */
  readonly any: boolean;
  /** Whether a value names the model, which stands in the body. */
  readonly asksModel: boolean;
}

export function compile(rules: Rules): Changes {
  const [set, add] = [entries(rules.set), entries(rules.add)];
  const remove = rules.remove.map((name) => name.toLowerCase());
  const templates = [...set, ...add].map(([, value]) => value);
  return {
    remove,
    set,
    add,
    any: remove.length + templates.length > 0,
    asksModel: templates.some(({ asksModel }) => asksModel),
  };
}

function entries(values: Readonly<Record<string, string>>): (readonly [string, Template])[] {
  return Object.entries(values).map(([name, value]) => [name.toLowerCase(), template(value)] as const);
}
