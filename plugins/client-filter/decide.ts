// Which client a request is of, and whether it may pass.
import { type Client, compileClient, type WrittenClient } from './client.ts';
import { type Asked, deciding, isClient, type Judgement, type Verdict, verdictsOn } from './judge.ts';
import { readPresets } from './presets.ts';

export interface Settings {
  readonly mode: 'off' | 'shadow' | Judgement;
  /** Names; empty means every client that is known. */
  readonly clients: readonly string[];
  readonly custom: readonly WrittenClient[];
  /** Bytes. */
  readonly bodyLimit: number;
}

/** The known clients; those that may pass come first, in the order of the setting. */
export interface Clients {
  readonly allowed: readonly Client[];
  readonly others: readonly Client[];
}

export interface Decision {
  readonly allowed: boolean;
  /** The client recognised, allowed or not. */
  readonly client: Client | undefined;
}

/** Throws for a name in `clients` that no preset and no custom client has, and for patterns that do not compile. */
export function knowClients({ clients, custom }: Pick<Settings, 'clients' | 'custom'>): Clients {
  const known = new Map<string, WrittenClient>();
  for (const client of [...custom, ...readPresets()]) {
    if (!known.has(client.name)) known.set(client.name, client);
  }
  const missing = clients.find((name) => !known.has(name));
  if (missing !== undefined) {
    throw new Error(`there is no client "${missing}"; known are ${[...known.keys()].sort().join(', ')}`);
  }
  const all = new Map([...known].map(([name, client]) => [name, compileClient(client)]));
  if (clients.length === 0) return { allowed: [...all.values()], others: [] };
  const allowed = clients.map((name) => all.get(name)).filter((client) => client !== undefined);
  return { allowed, others: [...all.values()].filter((client) => !allowed.includes(client)) };
}

export async function decide({ allowed, others }: Clients, asked: Asked, judgement: Judgement): Promise<Decision> {
  for (const client of allowed) {
    if (await isClient(client, asked, judgement)) return { allowed: true, client };
  }
  for (const client of others) {
    if (await isClient(client, asked, judgement)) return { allowed: false, client };
  }
  return { allowed: false, client: undefined };
}

/** Why nothing passed, for whoever sent the request. Names rules, never values. */
export async function explainRefusal(clients: Clients, asked: Asked, judgement: Judgement, { client }: Decision) {
  const names = clients.allowed.map(({ title }) => title).join(', ');
  if (client !== undefined) return `${client.title} may not be used here. Allowed: ${names}.`;
  // A client whose user agent matches is what the caller believes to be using.
  for (const candidate of clients.allowed) {
    if (!(await isClient(candidate, asked, 'simple'))) continue;
    const verdicts = await verdictsOn(candidate, asked);
    return `The request is not quite one of ${candidate.title}: ${labels(verdicts, deciding(candidate, judgement))}. Allowed: ${names}.`;
  }
  return `This client is not known here. Allowed: ${names}.`;
}

function labels(verdicts: readonly Verdict[], rules: readonly Verdict['rule'][]): string {
  const failed = verdicts.filter(({ rule, outcome }) => outcome === 'failed' && rules.includes(rule));
  return failed.map(({ rule }) => `${rule.label} does not match`).join(', ');
}
