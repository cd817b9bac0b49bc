// What is to be checked: every declared operation of every dialect, at each upstream path it has.
import type { DialectName, Endpoint, Operation, ProviderManifest } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { isSocket, isUsual } from '../../dialects/operations.ts';
import { upstreamPathOf } from '../attempt/upstream-path.ts';
import { sampleOf } from './samples/index.ts';
import { formType, madeUp } from './samples/made-up.ts';
import { clientModel, type Sample, upstreamModel, withMembers } from './samples/sample.ts';

export interface Case {
  /** `openai-chat chat`, with the verb of the path where an operation has several. */
  readonly name: string;
  readonly dialect: DialectName;
  readonly operation: Operation;
  readonly stream: Endpoint['stream'];
  readonly method: string;
  /** Whether the body is JSON of which the gateway knows something. */
  readonly kind: 'json' | 'form' | 'any';
  readonly sample: Sample;
  /** Where the client asks, below the gateway's origin. */
  readonly path: string;
  /** Where the upstream must be asked, below its base URL. */
  readonly upstreamPath: string;
}

const opaquePath = '/contract/check';
const id = 'contract-id';

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
  // The gateway answers the one itself; the other is no request and answer.
  if (operation === 'models' || isSocket(operation)) return [];
  const sample = sampleOf(dialect, operation);
  if (operation === 'opaque') return sample === undefined ? [] : [opaqueCase(manifest, dialect, sample)];
  const endpoints = endpointsOf(dialect, operation);
  return endpoints.map((endpoint) => ({
    dialect,
    operation,
    sample: sample ?? madeUp(dialect, endpoint),
    method: endpoint.method,
    kind: endpoint.body ?? 'json',
    name: endpoints.length > 1 ? `${dialect} ${operation} (${verbOf(endpoint)})` : `${dialect} ${operation}`,
    stream: endpoint.stream,
    path: `/${dialect}${endpoint.path.replace('{model}', clientModel).replace('{id}', id)}`,
    upstreamPath: upstreamPathOf(manifest, dialects[dialect], endpoint)
      .replaceAll('{model}', upstreamModel)
      .replace('{id}', id),
  }));
}

function opaqueCase(manifest: ProviderManifest, dialect: DialectName, sample: Sample): Case {
  const upstreamPath = manifest.dialects[dialect]?.paths?.opaque ?? opaquePath;
  const rest = {
    method: 'POST',
    kind: 'json',
    stream: 'never',
    path: `/${dialect}${opaquePath}`,
    upstreamPath,
  } as const;
  return { dialect, operation: 'opaque', sample, name: `${dialect} opaque`, ...rest };
}

/** One of each method and upstream path: clients may spell some in several ways. */
function endpointsOf(dialect: DialectName, operation: Operation): Endpoint[] {
  const unique = new Map<string, Endpoint>();
  for (const endpoint of dialects[dialect].endpoints) {
    const key = `${endpoint.method} ${endpoint.upstream}`;
    if (endpoint.operation === operation && !unique.has(key)) unique.set(key, endpoint);
  }
  return [...unique.values()];
}

function verbOf({ method, upstream, body }: Endpoint): string {
  return body === 'any' ? `${method} ${upstream}` : upstream.slice(upstream.lastIndexOf(':') + 1);
}

/** The sample's request as a client sends it. */
export function requestOf(
  { sample, stream, kind }: Case,
  streamed: boolean,
  more: Readonly<Record<string, unknown>> = {},
): string {
  if (kind !== 'json') return sample.request;
  return withMembers(sample.request, { ...(streamed && stream === 'body' ? { stream: true } : {}), ...more });
}

/** The request as `Rig.send` takes it. */
export function sendingOf({ method, kind }: Case, body: string) {
  const type = kind === 'form' ? formType : 'application/json';
  return body === '' ? { method } : { method, body, type };
}
