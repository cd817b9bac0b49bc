// Recorded traffic beside the repository, for those who have it; tests that read it say "no corpus" elsewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DialectName, JsonObject } from '../../src/core/index.ts';

export interface Recorded {
  readonly name: string;
  readonly dialect: DialectName;
  /** Who answered; '' where it was not recorded. */
  readonly provider: string;
  readonly method: string;
  readonly endpoint: string;
  readonly stream: boolean;
  readonly status: number;
  readonly request: JsonObject | undefined;
  readonly response: unknown;
  readonly sse: string | undefined;
  readonly responseText: string | undefined;
  readonly tags: readonly string[];
  readonly mock: boolean;
  readonly synthetic: boolean;
}

const home = join(import.meta.dirname, '../../../shared/corpus');
export const noCorpus: false | 'no corpus' = existsSync(home) ? false : 'no corpus';

const folders: Readonly<Record<DialectName, string>> = {
  'openai-chat': 'openai-chat',
  'openai-responses': 'openai-responses',
  'anthropic-messages': 'anthropic',
  gemini: 'gemini',
};

/** An answer in another dialect than its folder says, and a stream whose deltas say another text than its end. */
const unusable = new Set([
  'vercel-ai__azure__azure-deepseek-reasoning.1',
  'vercel-ai__openai__openai-shell-container.1__stream',
]);

export function recorded(dialect: DialectName): Recorded[] {
  if (noCorpus !== false) return [];
  const folder = join(home, folders[dialect]);
  const all = readdirSync(folder).map((file) => readCase(dialect, join(folder, file)));
  return all.filter(({ name }) => !unusable.has(name));
}

function readCase(dialect: DialectName, file: string): Recorded {
  const raw = JSON.parse(readFileSync(file, 'utf8')) as Partial<Recorded> & { readonly name: string };
  return {
    name: raw.name,
    dialect,
    provider: raw.provider ?? '',
    method: raw.method ?? 'POST',
    endpoint: raw.endpoint ?? '',
    stream: raw.stream ?? false,
    status: raw.status ?? 200,
    request: raw.request,
    response: raw.response,
    sse: raw.sse,
    responseText: raw.responseText,
    tags: raw.tags ?? [],
    mock: raw.mock ?? false,
    synthetic: raw.synthetic ?? false,
  };
}

export interface Captured {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly body: JsonObject | null;
}

/** Requests of real clients, long texts cut. */
export function captured(): Captured[] {
  if (noCorpus !== false) return [];
  const folder = join(home, 'clients-skeleton');
  return readdirSync(folder).map((file) => ({
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<Captured, 'name'>),
    name: file,
  }));
}

/** Vendors whose own dialect it is, as against those that are compatible with it. */
export function isNative({ dialect, provider }: Recorded): boolean {
  if (dialect === 'anthropic-messages') return provider === 'api.anthropic.com';
  if (dialect === 'gemini') return provider.endsWith('googleapis.com');
  return provider === 'api.openai.com';
}
