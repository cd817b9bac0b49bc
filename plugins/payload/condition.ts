// When a rule applies. What is known without the body is asked first: a request that no rule is for is not parsed.
import { type Call, type CallContext, type DialectName, type JsonObject, type Operation, wildcard } from 'portico';
import { parsePath } from './path.ts';
import { select } from './select.ts';

type Scalar = string | number | boolean | null;

export interface When {
  readonly models?: readonly string[];
  readonly dialects?: readonly DialectName[];
  readonly operations: readonly Operation[];
  readonly routes?: readonly string[];
  readonly keys?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly present?: readonly string[];
  readonly absent?: readonly string[];
  readonly equals?: Readonly<Record<string, Scalar>>;
}

export interface Condition {
  /** Without the body. */
  covers(ctx: CallContext): boolean;
  coversModel(model: string | undefined): boolean;
  holds(body: JsonObject): boolean;
}

export function compileCondition(when: When): Condition {
  const { dialects, operations } = when;
  const [routes, keys, models] = [namesIn(when.routes), namesIn(when.keys), namesIn(when.models)];
  const headers = headersIn(when.headers);
  return {
    covers({ call, req }) {
      if (!operations.includes(call.operation) || dialects?.includes(call.dialect) === false) return false;
      if (!routes(call.route) || !keys(nameOf(call))) return false;
      return headers.every(({ name, matches }) => matches(textOf(req.headers[name])));
    },
    coversModel: models,
    holds: fieldsOf(when),
  };
}

function fieldsOf({ present = [], absent = [], equals = {} }: When): (body: JsonObject) => boolean {
  const [there, missing] = [present.map(parsePath), absent.map(parsePath)];
  const values = Object.entries(equals).map(([path, value]) => ({ path: parsePath(path), value }));
  return (body) =>
    there.every((path) => select(body, path).length > 0) &&
    missing.every((path) => select(body, path).length === 0) &&
    values.every(({ path, value }) => select(body, path).includes(value));
}

type Matcher = (text: string | undefined) => boolean;

/** Nothing written: everything matches. What has no name matches nothing that is written. */
function namesIn(patterns: readonly string[] | undefined): Matcher {
  if (patterns === undefined) return () => true;
  const all = patterns.map(wildcard);
  return (text) => text !== undefined && all.some((matches) => matches(text));
}

function headersIn(headers: Readonly<Record<string, string>> = {}) {
  return Object.entries(headers).map(([name, text]) => ({ name: name.toLowerCase(), matches: namesIn([text]) }));
}

function nameOf({ key }: Call): string | undefined {
  return key?.name;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
