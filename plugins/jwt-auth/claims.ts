// What a token says beyond its standard claims: whether it has those that are demanded, and which key it stands for.
import type { JWTPayload } from 'jose';
import type { KeyRule, Settings, Wanted } from './settings.ts';

/** Claims whose value is a list written as one text. */
const lists = new Set(['scope', 'scp']);

/** The first claim that is not as it must be. */
export function missingClaim(payload: JWTPayload, claims: Settings['claims'] = {}): string | undefined {
  return Object.entries(claims).find(([name, wanted]) => !agrees(valuesOf(payload, name), wanted))?.[0];
}

/** Names of client keys that a token may stand for, the first that exists counts. */
export function keyNames(payload: JWTPayload, { name, claim, map, otherwise }: KeyRule): readonly string[] {
  if (claim === undefined) return name === undefined ? [] : [name];
  const said = valuesOf(payload, claim).map(String);
  const named =
    map === undefined ? said : said.flatMap((value) => (Object.hasOwn(map, value) ? [map[value] ?? ''] : []));
  return otherwise === undefined ? named : [...named, otherwise];
}

function agrees(values: readonly unknown[], wanted: Wanted): boolean {
  if (wanted === true) return values.some((value) => value !== false && value !== 'false');
  return [wanted].flat().some((one) => values.includes(one));
}

/** Of a list its elements. A claim may have dots in its name (`https://example.com/team`): the whole name comes first. */
function valuesOf(payload: JWTPayload, name: string): readonly unknown[] {
  const value = Object.hasOwn(payload, name) ? payload[name] : name.split('.').reduce<unknown>(below, payload);
  if (value === undefined || value === null) return [];
  if (typeof value === 'string' && lists.has(name)) return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value : [value];
}

function below(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Object(value)[name] : undefined;
}
