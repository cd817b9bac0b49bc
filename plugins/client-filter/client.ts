// What a client is: a name and the rules its requests keep. Patterns run on a linear-time engine (RE2), so that no
// pattern and no request can hold up the thread; what remains is program size times input, and both are bounded.
import type { Operation } from 'portico';
import { RE2JS } from 're2js';

export type RuleType = 'user-agent' | 'header' | 'body' | 'path';

/** As a preset or the setting `custom` spells it. */
export interface WrittenRule {
  readonly type: RuleType;
  /** Name of the header, or path of the body's field with dots. */
  readonly field?: string;
  readonly pattern: string;
  /** Default true. False only warns. */
  readonly required?: boolean;
  /** Operations the rule applies to; all when left out. */
  readonly operations?: readonly Operation[];
}

export interface WrittenClient {
  readonly name: string;
  readonly title?: string;
  readonly rules: readonly WrittenRule[];
}

export interface Rule extends WrittenRule {
  /** `header x-app`, as messages call the rule. */
  readonly label: string;
  readonly required: boolean;
  matches(value: string): boolean;
}

export interface Client {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** Characters of a value that are looked at. */
export const valueLimit = 1024;
/** Instructions of a compiled pattern: with `valueLimit`, a few milliseconds in the worst case. */
const programLimit = 400;

/** Throws where a pattern is not one of RE2, or is too large. */
export function compileClient({ name, title = name, rules }: WrittenClient): Client {
  return { name, title, rules: rules.map((rule) => compileRule(name, rule)) };
}

function compileRule(client: string, rule: WrittenRule): Rule {
  const label = rule.field === undefined ? rule.type : `${rule.type} ${rule.field}`;
  const pattern = compilePattern(rule.pattern, `client "${client}", rule ${label}`);
  const field = rule.type === 'header' ? rule.field?.toLowerCase() : rule.field;
  return {
    ...rule,
    ...(field === undefined ? {} : { field }),
    label,
    required: rule.required ?? true,
    matches: (value) => pattern.test(value.slice(0, valueLimit)),
  };
}

function compilePattern(text: string, where: string): RE2JS {
  const pattern = parsePattern(text, where);
  if (pattern.programSize() <= programLimit) return pattern;
  throw new Error(`${where}: the pattern is too large; repeat less in it`);
}

function parsePattern(text: string, where: string): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`${where}: ${why} (patterns are RE2: no lookaround, no backreferences)`, { cause: thrown });
  }
}
