// What is to be checked: every declared operation of every dialect, at each upstream path it has.
import type { DialectName, Endpoint, Operation, ProviderManifest } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { isUsual } from '../../dialects/operations.ts';
import { sampleOf } from './samples/index.ts';
import { clientModel, type Sample, upstreamModel, withMembers } from './samples/sample.ts';

export interface Case {
  /** `openai-chat chat`, with the verb of the path where an operation has several. */
  readonly name: string;
  readonly dialect: DialectName;
  readonly operation: Operation;
  readonly stream: Endpoint['stream'];
  readonly sample: Sample;
  /** Where the client asks, below the gateway's origin. */
  readonly path: string;
  /** Where the upstream must be asked, below its base URL. */
  readonly upstreamPath: string;
}

const opaquePath = '/contract/check';

export function casesOf(manifest: ProviderManifest): Case[] {
  const spoken = Object.keys(manifest.dialects) as DialectName[];
  return spoken.flatMap((dialect) =>
    operationsOf(manifest, dialect).flatMap((name) => casesFor(manifest, dialect, name)),
  );
}

export function operationsOf(manifest: ProviderManifest, dialect: DialectName): readonly Operation[] {
  const all = dialects[dialect].endpoints.map(({ operation }) => operation).filter(isUsual);
  return manifest.dialects[dialect]?.operations ?? [...new Set(all)];
}

function casesFor(manifest: ProviderManifest, dialect: DialectName, operation: Operation): Case[] {
  const sample = sampleOf(dialect, operation);
  if (sample === undefined) return [];
  const own = manifest.dialects[dialect]?.paths?.[operation];
  const rest = { dialect, operation, sample };
  if (operation === 'opaque') {
    const upstreamPath = own ?? opaquePath;
    return [{ ...rest, name: `${dialect} opaque`, stream: 'never', path: `/${dialect}${opaquePath}`, upstreamPath }];
  }
  const endpoints = endpointsOf(dialect, operation);
  return endpoints.map((endpoint) => ({
    ...rest,
    name: endpoints.length > 1 ? `${dialect} ${operation} (${verbOf(endpoint)})` : `${dialect} ${operation}`,
    stream: endpoint.stream,
    path: `/${dialect}${endpoint.path.replace('{model}', clientModel)}`,
    upstreamPath: (own ?? endpoint.upstream).replaceAll('{model}', upstreamModel),
  }));
}

/** One of each upstream path: clients may spell some in several ways. */
function endpointsOf(dialect: DialectName, operation: Operation): Endpoint[] {
  const unique = new Map<string, Endpoint>();
  for (const endpoint of dialects[dialect].endpoints) {
    if (endpoint.operation === operation && !unique.has(endpoint.upstream)) unique.set(endpoint.upstream, endpoint);
  }
  return [...unique.values()];
}

function verbOf(endpoint: Endpoint): string {
  return endpoint.upstream.slice(endpoint.upstream.lastIndexOf(':') + 1);
}

/** The sample's request as a client sends it. */
export function requestOf(
  { sample, stream }: Case,
  streamed: boolean,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return withMembers(sample.request, { ...(streamed && stream === 'body' ? { stream: true } : {}), ...more });
}
