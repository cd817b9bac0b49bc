// The model map before anyone asks: targets that lead nowhere, cycles, wildcards, and patterns of keys and routes that
// can match nothing. Order of belief as in the gateway: a name of `models:`, a pin `provider/model`, an id that
// providers list, a wildcard of `models:`, a provider that serves whatever is asked.
import { thinkingSteps, withoutSuffix } from '../../core/index.ts';
import { type Draft, type Entry, entriesOf, namesOf, type Word, wordsOf } from '../read/entries.ts';
import { nearest, suggest } from '../validate/nearest.ts';
import { checkGroups } from './groups.ts';
import { overlap } from './patterns.ts';
import { type Served, servedBy } from './served.ts';
import { targetsOf } from './targets.ts';

interface ModelNames {
  readonly models: readonly Entry[];
  readonly served: readonly Served[];
}

export function checkModels(draft: Draft): void {
  const models = entriesOf(draft, 'models');
  const served = entriesOf(draft, 'providers').map((provider) => servedBy(draft, provider));
  const map = { models, served };
  for (const model of models) {
    if (!/^[^*]*\*?$/.test(model.name)) {
      draft.report.error([...model.path, 'name'], 'only one `*` is possible, at the end of the name');
      continue;
    }
    for (const target of namesIn(model)) checkTarget(draft, map, model, target);
  }
  checkCycles(draft, map);
  checkGroups(draft);
  if (served.some((one) => one.any)) return;
  for (const user of [...entriesOf(draft, 'keys'), ...entriesOf(draft, 'routes')]) {
    for (const word of wordsOf(user, 'models')) checkPattern(draft, map, word);
  }
}

/** Without the suffix that says how much a model shall think. */
function namesIn(model: Entry): Word[] {
  return targetsOf(model).map(({ namePath, name }) => ({ path: namePath, text: withoutSuffix(name).name }));
}

function checkTarget(draft: Draft, map: ModelNames, model: Entry, { path, text }: Word): void {
  const stars = text.split('*').length - 1;
  if (stars > 0 && !model.name.endsWith('*')) {
    return draft.report.error(path, 'a target may have `*` only where the name ends with `*`');
  }
  if (stars > 1) return draft.report.error(path, 'a target may have only one `*`');
  if (leads(map, text)) return;
  const [, bare, suffix] = /^(.+)\(([^()]*)\)$/.exec(text) ?? [];
  if (bare !== undefined && suffix !== undefined && leads(map, bare)) {
    const near = nearest(suffix, thinkingSteps);
    const remedy =
      near === undefined ? `write ${thinkingSteps.join(', ')} or a number of tokens` : `did you mean "${near}"?`;
    return draft.report.error(path, `"${suffix}" is no thinking suffix; ${remedy}`);
  }
  const slash = text.indexOf('/');
  const provider = map.served.find((one) => one.provider === text.slice(0, slash));
  if (slash > 0 && provider !== undefined) {
    const id = text.slice(slash + 1);
    return draft.report.error(path, `"${provider.provider}" does not serve "${id}"${suggest(id, provider.ids)}`);
  }
  const known = [...namesOf(map.models), ...map.served.flatMap((one) => [one.provider, ...one.ids])];
  draft.report.error(path, `no provider here serves "${text}"${suggest(text, known)}`);
}

/** Whether a target, with or without `*`, can lead anywhere. */
function leads(map: ModelNames, text: string): boolean {
  const asks = text.includes('*') ? overlap : same;
  if (map.models.some((model) => (model.name.endsWith('*') ? overlap(model.name, text) : asks(text, model.name))))
    return true;
  const slash = text.indexOf('/');
  const pinned = map.served.find((one) => one.provider === text.slice(0, slash));
  if (slash > 0 && pinned !== undefined) {
    return pinned.any || pinned.ids.some((id) => asks(text.slice(slash + 1), id));
  }
  return map.served.some((one) => one.any || one.ids.some((id) => asks(text, id)));
}

function same(a: string, b: string): boolean {
  return a === b;
}

function checkPattern(draft: Draft, map: ModelNames, { path, text }: Word): void {
  const ids = map.served.flatMap((one) => one.ids.flatMap((id) => [id, `${one.provider}/${id}`]));
  const names = [...namesOf(map.models), ...ids];
  const bare = withoutSuffix(text).name;
  if (names.some((name) => overlap(name, text) || overlap(name, bare))) return;
  draft.report.error(path, `no model here matches "${text}"${suggest(text, names)}`);
}

/** More steps than the gateway takes; only a chain nobody wants or a wildcard that grows the name gets there. */
const deepest = 16;

function checkCycles(draft: Draft, map: ModelNames): void {
  const told = new Set<string>();
  const clear = new Set<string>();
  for (const start of map.models) {
    const trail = follow(map, start.name, [], clear);
    if (trail === undefined) continue;
    const key = [...new Set(trail)].sort().join('\n');
    if (told.has(key)) continue;
    told.add(key);
    const path = [...start.path, 'targets'];
    if (trail.length > deepest && trail.at(-1) !== trail[0]) {
      const shown = trail.slice(0, 4).join(' -> ');
      draft.report.error(path, `the models lead further than ${deepest} steps: ${shown} -> …`);
      continue;
    }
    const pin = trail.length === 2 ? '; write `provider/model` to mean the model of a provider' : '';
    draft.report.error(path, `the models lead in a circle: ${trail.join(' -> ')}${pin}`);
  }
}

/** The circle that is reached from a name, its first name repeated at the end, or a trail that is too long. */
function follow(
  map: ModelNames,
  name: string,
  trail: readonly string[],
  clear: Set<string>,
): readonly string[] | undefined {
  if (clear.has(name)) return undefined;
  const before = trail.indexOf(name);
  if (before !== -1) return [...trail.slice(before), name];
  if (trail.length > deepest) return trail;
  const model = modelFor(map, name);
  const ending = model?.name.endsWith('*') ? name.slice(model.name.length - 1) : '';
  for (const { text } of model === undefined ? [] : namesIn(model)) {
    const found = follow(
      map,
      text.replace('*', () => ending),
      [...trail, name],
      clear,
    );
    if (found !== undefined) return found;
  }
  // Whoever comes by here again finds nothing new: without this, shared targets cost a power of the depth.
  clear.add(name);
  return undefined;
}

function modelFor(map: ModelNames, name: string): Entry | undefined {
  const exact = map.models.find((model) => model.name === name);
  if (exact !== undefined) return exact;
  const slash = name.indexOf('/');
  if (slash > 0 && map.served.some((one) => one.provider === name.slice(0, slash))) return undefined;
  if (map.served.some((one) => one.ids.includes(name))) return undefined;
  const wildcards = map.models.filter((model) => model.name.endsWith('*') && name.startsWith(model.name.slice(0, -1)));
  return wildcards.sort((a, b) => b.name.length - a.name.length)[0];
}
