// Runs an importer as the command does, and checks that the gateway would take what comes out.
import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { sitDown } from '../cli/typed.ts';

export interface Account {
  readonly name: string;
  readonly apiKey?: string;
  readonly limits?: unknown;
  readonly models?: readonly string[];
  readonly exclude?: readonly string[];
  readonly headers?: unknown;
  readonly egress?: string;
  readonly weight?: number;
  readonly onError?: readonly unknown[];
}

export interface Config {
  readonly listeners?: readonly { readonly host?: string; readonly port?: number; readonly tls?: unknown }[];
  readonly routes?: readonly {
    readonly name: string;
    readonly paths: readonly string[];
    readonly heartbeat?: string;
  }[];
  readonly accounts?: { readonly directory: string };
  readonly providers: readonly {
    readonly name: string;
    readonly use?: string;
    readonly baseUrl?: string;
    readonly enabled?: boolean;
    readonly accounts: readonly Account[];
    readonly models?: unknown;
    readonly timeouts?: unknown;
    readonly breaker?: unknown;
    readonly egress?: string;
    readonly headers?: unknown;
  }[];
  readonly models?: readonly {
    readonly name: string;
    readonly strategy?: string;
    readonly hidden?: boolean;
    readonly targets: readonly unknown[];
  }[];
  readonly keys?: readonly { readonly name: string; readonly key: string }[];
  readonly prices?: { readonly models: readonly unknown[] };
  readonly plugins?: readonly unknown[];
  readonly egress?: readonly { readonly name: string; readonly url: string }[];
  readonly logging?: unknown;
}

type What = 'dropped' | 'changed' | 'todo';

interface Printed {
  readonly valid: boolean;
  readonly config: Config;
  readonly notes: readonly { readonly place: string; readonly what: What; readonly message: string }[];
  readonly issues: readonly { readonly severity: string; readonly path: string; readonly message: string }[];
}

export async function takeOver(gateway: string, text: string) {
  const { importers } = await import('../../importers/index.ts');
  const { Secrets } = await import('../../importers/secrets.ts');
  const { Source } = await import('../../importers/source.ts');
  const { parse } = await import('yaml');
  const { parse: parseToml } = await import('smol-toml');
  const importer = importers.find(({ name }) => name === gateway) ?? assert.fail(gateway);
  const source = new Source(importer.format === 'toml' ? parseToml(text) : parse(text));
  const secrets = new Secrets('./secrets');
  const config = importer.read(source, secrets) as unknown as Config;
  // Nothing of a secret may stand in what is printed.
  for (const secret of secrets.files.values())
    if (secret.length > 8) assert.ok(!stringify(config).includes(secret), secret);
  const notes = source.notes();
  return {
    config,
    notes,
    secrets: secrets.files,
    told: (what: What) => notes.filter((note) => note.what === what).map(({ place }) => place),
  };
}

/** `portico import` in a directory of its own. */
export async function imported(
  t: Parameters<typeof sitDown>[0],
  gateway: string,
  file: string,
  text: string,
  ...more: string[]
) {
  const desk = await sitDown(t);
  await desk.write(file, text);
  const said = await desk.type('import', gateway, file, ...more);
  return { desk, said, printed: (): Printed => JSON.parse(said.out) };
}
