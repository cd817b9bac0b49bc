// `onError` rules of providers, their accounts and routes: their patterns can be compiled, no rule stands where no provider
// is asked, and none puts aside for longer than its provider allows.
import { RE2JS } from 're2js';
import { patternIn } from '../normalise/error-rules.ts';
import { milliseconds } from '../normalise/units.ts';
import { type Draft, type Entry, entriesOf } from '../read/entries.ts';
import { isTree } from '../read/tree.ts';

export function checkErrorRules(draft: Draft): void {
  for (const route of entriesOf(draft, 'routes')) {
    const path = [...route.path, 'onError'];
    if (route.value.url !== undefined && draft.report.places.written(path)) {
      draft.report.error(path, '"onError" is about errors of providers, and this route leads to a `url:`', 'key');
    }
    checkPatterns(draft, route);
  }
  for (const provider of entriesOf(draft, 'providers')) {
    for (const owner of [provider, ...entriesOf(draft, ...provider.path, 'accounts')]) {
      checkPatterns(draft, owner);
      checkSpans(draft, owner, provider.value.cooling);
    }
  }
}

function checkPatterns(draft: Draft, { path, value }: Entry): void {
  if (!Array.isArray(value.onError)) return;
  for (const [index, rule] of value.onError.entries()) {
    const pattern = isTree(rule) && typeof rule.match === 'string' ? patternIn(rule.match) : undefined;
    const wrong = pattern === undefined ? undefined : whyNot(pattern);
    if (wrong === undefined) continue;
    const what = `not a regular expression: ${wrong}; without the slashes it is plain text`;
    draft.report.error([...path, 'onError', index, 'match'], what);
  }
}

/** Of a route's rules nothing can be said: they are about errors of any provider. */
function checkSpans(draft: Draft, { path, value }: Entry, cooling: unknown): void {
  if (!Array.isArray(value.onError)) return;
  const most = isTree(cooling) ? String(cooling.most) : undefined;
  for (const [index, rule] of value.onError.entries()) {
    const cool = isTree(rule) && (typeof rule.cool === 'string' || typeof rule.cool === 'number') ? rule.cool : 0;
    // What is no span is told elsewhere.
    if (!(milliseconds(cool) > (most === undefined ? 0 : milliseconds(most)))) continue;
    const off = 'puts nothing aside: `cooling` of the provider is off';
    const what = most === undefined ? off : `is cut to ${most}: raise \`cooling.most\` of the provider`;
    draft.report.warning([...path, 'onError', index, 'cool'], what);
  }
}

function whyNot(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
  }
}
