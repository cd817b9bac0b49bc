// The whole truth about one request, for `portico client-filter test`: every client with every rule.
import type { Operation } from 'portico';
import { decide, knowClients, type Settings } from './decide.ts';
import { verdictsOn } from './judge.ts';

export interface Sample {
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly operation: Operation;
  /** The text of the body, if there is one. */
  readonly body: string | undefined;
}

export interface Explanation {
  readonly allowed: boolean;
  readonly client: string | undefined;
  readonly clients: readonly {
    readonly name: string;
    readonly allowed: boolean;
    readonly matched: readonly string[];
    readonly failed: readonly string[];
    readonly warned: readonly string[];
  }[];
}

/** What the plugin with these settings decides on the sample. `shadow` is told as what it would decide. */
export async function tryOn(settings: Settings, sample: Sample): Promise<Explanation> {
  const known = knowClients(settings);
  const body = parseBody(sample.body === undefined ? undefined : Buffer.from(sample.body), settings.bodyLimit);
  const asked = { ...sample, body: () => Promise.resolve(body) };
  const decision = await decide(known, asked, settings.mode === 'simple' ? 'simple' : 'strict');
  const clients = [];
  for (const client of [...known.allowed, ...known.others]) {
    const verdicts = await verdictsOn(client, asked);
    const labels = (wanted: string) =>
      verdicts.filter(({ outcome }) => outcome === wanted).map(({ rule }) => `${rule.label} ~ ${rule.pattern}`);
    clients.push({
      name: client.name,
      allowed: known.allowed.includes(client),
      matched: labels('matched'),
      failed: labels('failed'),
      warned: labels('warned'),
    });
  }
  return { allowed: settings.mode === 'off' || decision.allowed, client: decision.client?.name, clients };
}

/** Undefined for what is too large to be read, or not JSON: a body rule then does not match. */
export function parseBody(body: Buffer | undefined, limit: number): unknown {
  if (body === undefined || body.length > limit) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    // Not JSON: uploads are not, and a malformed body is refused in better words further down the chain.
    return undefined;
  }
}
