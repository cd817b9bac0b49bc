// Holds a request against one client: which of its rules match, which do not, and whether that makes it the client.
import type { Operation } from 'portico';
import type { Client, Rule } from './client.ts';

export type Judgement = 'simple' | 'strict';

/** What rules can look at. */
export interface Asked {
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly operation: Operation;
  /** The parsed body; undefined when it is not JSON, or too large to be read. Called only for a body rule. */
  body(): Promise<unknown>;
}

export interface Verdict {
  readonly rule: Rule;
  readonly outcome: 'matched' | 'failed' | 'warned';
}

/** Whether the request is this client's. Stops at the first rule that says no; the body is looked at last. */
export async function isClient(client: Client, asked: Asked, judgement: Judgement): Promise<boolean> {
  const rules = deciding(client, judgement).filter((rule) => applies(rule, asked));
  for (const rule of rules) {
    if (rule.type !== 'body' && !matches(rule, asked, undefined)) return false;
  }
  if (!rules.some(({ type }) => type === 'body')) return true;
  const body = await asked.body();
  return rules.every((rule) => rule.type !== 'body' || matches(rule, asked, body));
}

/** Every rule that applies, with what came of it. */
export async function verdictsOn(client: Client, asked: Asked): Promise<Verdict[]> {
  const rules = client.rules.filter((rule) => applies(rule, asked));
  const body = rules.some(({ type }) => type === 'body') ? await asked.body() : undefined;
  return rules.map((rule) => {
    if (matches(rule, asked, body)) return { rule, outcome: 'matched' };
    return { rule, outcome: rule.required ? 'failed' : 'warned' };
  });
}

/** `simple` goes by the user agent alone; a client that has no rule on it is known by its other rules. */
export function deciding({ rules }: Client, judgement: Judgement): Rule[] {
  const required = rules.filter((rule) => rule.required);
  const agents = required.filter(({ type }) => type === 'user-agent');
  return judgement === 'simple' && agents.length > 0 ? agents : required;
}

function applies(rule: Rule, { operation }: Asked): boolean {
  return rule.operations?.includes(operation) ?? true;
}

function matches(rule: Rule, asked: Asked, body: unknown): boolean {
  const value = readValue(rule, asked, body);
  return value !== undefined && rule.matches(value);
}

function readValue({ type, field = '' }: Rule, { headers, path }: Asked, body: unknown): string | undefined {
  if (type === 'path') return path;
  if (type === 'body') return fieldOf(body, field);
  const value = headers[type === 'header' ? field : 'user-agent'];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** `metadata.user_id`, `tools.0.name`: own members only. Objects and lists have no value to match. */
function fieldOf(body: unknown, path: string): string | undefined {
  let value: unknown = body;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return typeof value === 'object' || value === undefined ? undefined : String(value);
}
