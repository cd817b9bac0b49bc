// The operator's own rules on errors (`onError`): the first that matches counts, of the account, then of the provider, then
// of the route. They stand above what a directory's code and the gateway itself would make of the error.
import { RE2JS } from 're2js';
import type { LoadedErrorRule } from '../../config/loaded.ts';
import { patternIn } from '../../config/normalise/error-rules.ts';
import type { UpstreamError } from '../../core/index.ts';

export interface ErrorRule extends Pick<LoadedErrorRule, 'statuses' | 'then' | 'cool' | 'scope'> {
  /** Undefined: every error. */
  readonly holds: ((text: string) => boolean) | undefined;
}

/** Once per snapshot. The patterns have been checked when the configuration was. */
export function compileRules(...lists: readonly (readonly LoadedErrorRule[])[]): readonly ErrorRule[] {
  return lists
    .flat()
    .map(({ match, ...rule }) => ({ ...rule, holds: match === undefined ? undefined : holding(match) }));
}

export function ruleFor(
  { status, text }: UpstreamError,
  ...lists: readonly (readonly ErrorRule[])[]
): ErrorRule | undefined {
  for (const rules of lists) {
    for (const rule of rules) {
      const { statuses, holds } = rule;
      if (!statuses.some(([first, last]) => status >= first && status <= last)) continue;
      if (holds === undefined || holds(text)) return rule;
    }
  }
  return undefined;
}

function holding(match: string): (text: string) => boolean {
  const pattern = patternIn(match);
  if (pattern !== undefined) {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  }
  const wanted = match.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}
