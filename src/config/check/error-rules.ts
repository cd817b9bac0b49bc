// `onError` rules of providers, their accounts and routes: their patterns can be compiled, and no rule stands where no
// provider is asked.
import { RE2JS } from 're2js';
import { patternIn } from '../normalise/error-rules.ts';
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
    checkPatterns(draft, provider);
    for (const account of entriesOf(draft, ...provider.path, 'accounts')) checkPatterns(draft, account);
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

function whyNot(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
  }
}
