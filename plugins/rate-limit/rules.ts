// The rules of the settings, and which of them apply to a call.
import { type Call, type Limit, type LimitSettings, readLimits, type Share, wildcard } from 'portico';
import { countsAddresses, isPassing, type Per, type Subject, subjectsOf } from './subject.ts';

export interface RuleSettings {
  readonly name?: string;
  readonly per: Per | readonly Per[];
  /** Patterns with `*`. */
  readonly models?: readonly string[];
  readonly limits: LimitSettings;
}

export interface Rule {
  /** Its name, or `per key, model`: the label of metrics and the beginning of its subjects. */
  readonly name: string;
  readonly named: boolean;
  readonly per: readonly Per[];
  readonly asksModel: boolean;
  readonly asksUser: boolean;
  readonly limits: readonly Limit[];
  covers(model: string | undefined): boolean;
}

/** Throws where two rules would count the same. */
export function compileRules(settings: readonly RuleSettings[], timezone?: string): readonly Rule[] {
  const rules = settings.map((rule) => compile(rule, timezone));
  const seen = new Set<string>();
  for (const { name, named } of rules) {
    if (seen.has(name)) {
      throw new Error(
        named ? `two rules are named "${name}"` : `two rules count "${name}"; give each a name of its own`,
      );
    }
    seen.add(name);
  }
  return rules;
}

function compile({ name, per, models, limits }: RuleSettings, timezone?: string): Rule {
  const parts = [...new Set([per].flat())].sort();
  const usual = `per ${parts.join(', ')}${models === undefined ? '' : ` of ${[...models].sort().join(', ')}`}`;
  const matches = models?.map(wildcard);
  return {
    name: name ?? usual,
    named: name !== undefined,
    per: parts,
    asksUser: parts.includes('user'),
    asksModel: matches !== undefined || parts.includes('model'),
    limits: readLimits(limits, timezone),
    covers: (model) => matches === undefined || (model !== undefined && matches.some((each) => each(model))),
  };
}

/** A limit that applies to a call: whom it counts, and how to speak of it. */
export interface OwnedShare extends Share {
  /** `Key ci`, `Rule burst (address 192.0.2.7)`. */
  readonly owner: string;
  /** `key`, `route` or the name of the rule. */
  readonly label: string;
}

/** The key's limits, then the route's, then those of the rules. `userOf` is asked where a rule counts users. */
export async function sharesOf(
  call: Call,
  rules: readonly Rule[],
  userOf: () => Promise<string | undefined>,
): Promise<readonly OwnedShare[]> {
  const { key, route } = call;
  const shares: OwnedShare[] = [];
  for (const limit of key?.limits ?? []) {
    shares.push({ subject: `key:${key?.name}`, limit, owner: `Key ${key?.name}`, label: 'key' });
  }
  for (const limit of call.limits) {
    shares.push({ subject: `route:${route}`, limit, owner: `Route ${route}`, label: 'route' });
  }
  if (rules.length === 0) return shares;
  const model = rules.some(({ asksModel }) => asksModel) ? await modelOf(call) : undefined;
  const user = rules.some(({ asksUser }) => asksUser) ? await userOf() : undefined;
  for (const rule of rules) {
    if (!rule.covers(model)) continue;
    for (const subject of subjectsOf(rule.per, call, { model, user })) shares.push(...sharesFor(rule, subject, call));
  }
  return shares;
}

function sharesFor({ name, named, per, limits }: Rule, { id, words }: Subject, call: Call): readonly OwnedShare[] {
  const owner = named ? `Rule ${name} (${words})` : capital(words);
  const countsRefused = countsAddresses(per, call);
  const passing = isPassing(per, call);
  const subject = `rule:${name}:${id}`;
  return limits.map((limit) => ({ subject, limit, owner, label: name, countsRefused, passing }));
}

/** Only a model that is served here: names that clients make up must not fill the ledger. */
async function modelOf(call: Call): Promise<string | undefined> {
  if (call.operation === 'forward') return undefined;
  const { model } = await call.facts();
  if (model !== undefined) await call.candidates();
  return model;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
