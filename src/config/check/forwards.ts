// Routes with `url:`: their rewrite rules can be compiled, their egress exists, and `forward` stands nowhere else.
import { RE2JS } from 're2js';
import { type Draft, type Entry, entriesOf, namesOf } from '../read/entries.ts';
import { isTree } from '../read/tree.ts';
import { suggest } from '../validate/nearest.ts';

export function checkForwards(draft: Draft): void {
  const egress = ['direct', ...namesOf(entriesOf(draft, 'egress'))];
  for (const route of entriesOf(draft, 'routes')) {
    const path = [...route.path, 'forward'];
    const { forward } = route.value;
    if (!isTree(forward)) continue;
    if (route.value.url === undefined && draft.report.places.written(path)) {
      draft.report.error(path, '"forward" says how `url:` is forwarded to, and this route has none', 'key');
    }
    if (typeof forward.egress === 'string' && !egress.includes(forward.egress)) {
      const name = forward.egress;
      draft.report.error([...path, 'egress'], `there is no egress "${name}"${suggest(name, egress)}`);
    }
    checkRules(draft, route, forward.rewrite);
  }
}

function checkRules(draft: Draft, route: Entry, rules: unknown): void {
  if (!Array.isArray(rules)) return;
  for (const [index, rule] of rules.entries()) {
    if (!isTree(rule) || typeof rule.from !== 'string' || typeof rule.to !== 'string') continue;
    const path = [...route.path, 'forward', 'rewrite', index];
    const groups = groupsOf(rule.from);
    if (typeof groups === 'string') {
      draft.report.error([...path, 'from'], `not a regular expression: ${groups}`);
      continue;
    }
    const most = Math.max(0, ...[...rule.to.matchAll(/\$(\d{1,2})/g)].map(([, digits]) => Number(digits)));
    if (most > groups) {
      const has = groups === 0 ? 'no group' : groups === 1 ? 'one group' : `${groups} groups`;
      draft.report.error([...path, 'to'], `"from" has ${has}, so there is no $${most}`);
    }
  }
}

/** How many groups a pattern has, or what is wrong with it. */
function groupsOf(pattern: string): number | string {
  try {
    return RE2JS.compile(pattern).groupCount();
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
  }
}
