// `onError` as written -> ranges of statuses and milliseconds.
import type { LoadedErrorRule } from '../loaded.ts';
import type { ErrorRule } from '../types.gen.ts';
import { milliseconds } from './units.ts';

export function errorRulesOf(rules: readonly ErrorRule[] = []): LoadedErrorRule[] {
  return rules.map(({ status, match, then, cool, scope }) => ({
    statuses: [status].flat().map(rangeOf),
    match,
    then,
    cool: cool === undefined ? undefined : milliseconds(cool),
    scope,
  }));
}

/** `429` is one status, `5xx` a hundred. */
function rangeOf(status: number | string): [number, number] {
  const text = String(status);
  if (!text.endsWith('xx')) return [Number(text), Number(text)];
  const first = Number(text[0]) * 100;
  return [first, first + 99];
}

/** The regular expression between the slashes of a rule's `match`; undefined where it is plain text. */
export function patternIn(match: string): string | undefined {
  return match.length > 2 && match.startsWith('/') && match.endsWith('/') ? match.slice(1, -1) : undefined;
}
