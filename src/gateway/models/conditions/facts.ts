// What conditions may ask of a call, worked out only as far as they do. Types as CEL has them: whole numbers are bigint.
import type { FactName } from '../../../config/condition/facts.ts';
import type { GatewayCall } from '../../call/call.ts';
import { bodyFactsOf, tokensOf } from './body-facts.ts';
import { momentIn } from './moment.ts';

const nobody: readonly string[] = [];

const ofCall = {
  model: ({ asked }) => asked ?? '',
  dialect: ({ dialect }) => dialect,
  operation: ({ operation }) => operation,
  stream: ({ streams }) => streams,
  headers: headersOf,
  key: ({ key }) => key?.name ?? '',
  tags: ({ key }) => key?.tags ?? nobody,
  route: ({ route }) => route,
  ip: ({ clientIp }) => clientIp,
} satisfies Partial<Record<FactName, (call: GatewayCall) => unknown>>;

const ofTime: ReadonlySet<string> = new Set(['hour', 'minute', 'weekday', 'time'] satisfies FactName[]);

/** Throws what reading the body throws. */
export async function factsFor(
  call: GatewayCall,
  names: ReadonlySet<FactName>,
): Promise<Readonly<Record<string, unknown>>> {
  const values: Record<string, unknown> = {};
  let asksBody = false;
  for (const name of names) {
    if (name in ofCall) values[name] = ofCall[name as keyof typeof ofCall](call);
    else if (name === 'tokens') values.tokens = await tokensOf(call);
    else if (ofTime.has(name)) Object.assign(values, momentIn(zoneOf(call), call.startedAt));
    else asksBody = true;
  }
  if (asksBody) Object.assign(values, await bodyFactsOf(call));
  return values;
}

function zoneOf({ snapshot }: GatewayCall): string {
  return snapshot.parts.config.timezone ?? 'UTC';
}

function headersOf({ req }: GatewayCall): ReadonlyMap<string, string> {
  return new Map(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
}
