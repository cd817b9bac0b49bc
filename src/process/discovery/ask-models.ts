// Asks an upstream for its list of models with the credential of one account, page by page, the way requests go there:
// through the account's egress, with its headers, signed where requests are.
import type { Dispatcher } from 'undici';
import type { LoadedAccount, LoadedProvider } from '../../config/loaded.ts';
import type { Clock } from '../../core/index.ts';
import { authorise } from '../../gateway/attempt/request-for.ts';
import { type HeldCredential, tokenReady } from '../../gateway/credentials.ts';
import { Signer } from '../../upstream/signing/sign.ts';
import { type Listing, listingOf } from './listing.ts';

export interface Asking {
  readonly provider: LoadedProvider;
  readonly account: LoadedAccount;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Of accounts whose credential does not last. */
  readonly held?: HeldCredential | undefined;
  readonly signal: AbortSignal;
}

const mostPages = 100;
const mostModels = 20_000;
const mostBytes = 16 * 1024 * 1024;

/** Ids in order, each once. Throws, in words for people, when there is no good list. */
export async function askModels(asking: Asking): Promise<string[]> {
  const listing = listingOf(asking.provider, asking.account);
  if (listing === undefined) throw new Error(`the directory "${asking.provider.directory.name}" says of no list`);
  if (asking.held !== undefined) await tokenReady(asking.held, asking.clock.now());
  const ids = new Set<string>();
  for (let page = 0; page < mostPages; page += 1) {
    const { ids: more, next } = await askPage(asking, listing);
    const before = ids.size;
    for (const id of more) if (isName(id)) ids.add(id);
    if (ids.size > mostModels) throw new Error(`the upstream lists more than ${mostModels} models`);
    if (next === undefined || ids.size === before) break;
    for (const [name, value] of Object.entries(next)) listing.url.searchParams.set(name, value);
  }
  if (ids.size === 0) throw new Error('the upstream lists no models');
  return [...ids].sort();
}

async function askPage(asking: Asking, { url, read }: Listing) {
  const { dispatcher, signal } = asking;
  const { path, headers } = request(asking, url);
  const { statusCode, body } = await dispatcher
    .request({ origin: url.origin, path, method: 'GET', headers, signal, headersTimeout: 0, bodyTimeout: 0 })
    .catch((thrown: unknown) =>
      Promise.reject(new Error(`the upstream could not be asked: ${messageOf(thrown, signal)}`)),
    );
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`the upstream answered ${statusCode}${remedies[statusCode] ?? ''}`);
  }
  const page = read(parse(await textOf(body)));
  if (page === undefined) throw new Error('what the upstream answered is no list of models');
  return page;
}

const remedies: Readonly<Record<number, string>> = {
  401: ': the credential is not accepted',
  403: ': the credential may not list models',
  404: ': it has no list of models there',
};

const plain = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'portico' };

function request(asking: Asking, url: URL): { path: string; headers: Record<string, string> } {
  const { account, provider, held, clock } = asking;
  const headers: Record<string, string> = { ...plain, ...account.headers };
  const query = new URLSearchParams(url.search);
  authorise(provider.manifest.auth, { apiKey: account.apiKey, held }, headers, query);
  const path = query.size > 0 ? `${url.pathname}?${query}` : url.pathname;
  if (account.accessKey === undefined) return { path, headers };
  const signed = new Signer(account.accessKey, clock).sign({
    origin: url.origin,
    path,
    method: 'GET',
    headers,
    body: [],
  });
  return { path: signed?.path ?? path, headers: { ...(signed?.headers ?? headers) } };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('the list of the upstream is longer than 16 MiB');
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever it is, it is no list: whoever reads it says so.
    return undefined;
  }
}

/** Printable, no spaces, of a length that a name may have. A star would be a wildcard: it would stand for the models of others. */
function isName(id: string): boolean {
  return /^[^\p{C}\p{Z}*]{1,200}$/u.test(id);
}

function messageOf(thrown: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'it did not answer in time';
  return thrown instanceof Error ? thrown.message : String(thrown);
}
