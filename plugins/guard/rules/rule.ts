// A rule as the settings write it, and as it is held against texts. Patterns run on RE2: no pattern and no text can hold up
// the thread.
import { RE2JS } from 're2js';
import { type Kind, type KindName, kinds } from './kinds.ts';
import { stepsOf } from './steps.ts';

export type Direction = 'request' | 'response';

export interface WrittenRule {
  readonly name: string;
  /** One of these two. */
  readonly kind?: KindName;
  readonly pattern?: string;
  readonly direction: Direction | 'both';
  readonly action: 'redact' | 'block' | 'log';
  readonly replacement: string;
}

export interface Settings {
  readonly rules: readonly WrittenRule[];
  /** Characters. */
  readonly window: number;
  /** Characters of a request. */
  readonly maxText: number;
  readonly reasoning: boolean;
  readonly unread: 'pass' | 'block';
}

export interface Hit {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface Rule extends WrittenRule {
  readonly steps: ReturnType<typeof stepsOf>;
  /** The first match that begins at `from` or later. */
  find(text: string, from: number): Hit | undefined;
}

/** Instructions of a compiled pattern: they bound what a character can cost. */
const programLimit = 1000;

/** Throws where a pattern is not one of RE2, is too large, or matches nothing at all. */
export function compileRule(rule: WrittenRule): Rule {
  const kind: Kind = rule.kind === undefined ? { pattern: rule.pattern ?? '' } : kinds[rule.kind];
  const compiled = compile(kind.pattern, rule.name);
  return { ...rule, steps: stepsOf(compiled), find: (text, from) => find(compiled, kind, text, from) };
}

function find(pattern: RE2JS, { accept, hint }: Kind, text: string, from: number): Hit | undefined {
  const rest = from === 0 ? text : text.slice(from);
  if (hint?.test(rest) === false) return undefined;
  const matcher = pattern.matcher(text);
  let at = from;
  while (at < text.length && mayHold(pattern, text, at) && matcher.find(at)) {
    const start = matcher.start();
    const end = matcher.end();
    const length = accept?.(text.slice(start, end), text.charAt(start - 1), text.charAt(end)) ?? end - start;
    if (length > 0) return { start, end: start + length };
    at = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
  }
  return undefined;
}

/** Ten times as fast as finding where. The character before decides whether a word begins here. */
function mayHold(pattern: RE2JS, text: string, at: number): boolean {
  return pattern.test(at === 0 ? text : text.slice(at - 1));
}

function compile(text: string, name: string): RE2JS {
  const pattern = parse(text, name);
  if (pattern.programSize() > programLimit) {
    throw new Error(`rule "${name}": the pattern is too large; repeat less in it`);
  }
  if (pattern.re2().prog.numLb > 0) throw new Error(`rule "${name}": patterns know no lookaround`);
  if (pattern.matcher('').find()) {
    throw new Error(`rule "${name}": the pattern matches where nothing is; demand at least one character`);
  }
  return pattern;
}

function parse(text: string, name: string): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`rule "${name}": ${why} (patterns are RE2: no lookaround, no backreferences)`, { cause: thrown });
  }
}
