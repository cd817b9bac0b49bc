// Rules as a test writes them, with the schema's own defaults.
import { readFileSync } from 'node:fs';
import { compileRule, type Rule, type WrittenRule } from '../../../plugins/guard/rules/rule.ts';
import { type Rules, rulesFor } from '../../../plugins/guard/text/passage.ts';

const schema = JSON.parse(readFileSync(new URL('../../../plugins/guard/schema.json', import.meta.url), 'utf8'));
const { direction, action, replacement } = schema.properties.rules.items.properties;
const usual = { direction: direction.default, action: action.default, replacement: replacement.default };

export type Part = Partial<WrittenRule> & Pick<WrittenRule, 'name'>;

export function ruleOf(part: Part): Rule {
  return compileRule({ ...usual, ...part });
}

export function rulesOf(parts: readonly Part[], window: number = schema.properties.window.default): Rules {
  return rulesFor('response', parts.map(ruleOf), window);
}

/** For tests that do not count. */
export function ignore(): undefined {
  return undefined;
}
