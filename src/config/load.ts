// gateway.yaml and all it names -> a checked configuration, or everything that is wrong with it at once.
import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { type Clock, systemClock } from '../core/index.ts';
import { checkAccounts } from './check/accounts.ts';
import { checkBindings } from './check/bindings.ts';
import { readCertificates } from './check/certificates.ts';
import { planChain } from './check/chain.ts';
import { checkConditions } from './check/conditions.ts';
import { checkControl } from './check/control.ts';
import { checkErrorRules } from './check/error-rules.ts';
import { checkForwards } from './check/forwards.ts';
import { checkLimits } from './check/limits.ts';
import { warnLiteralSecrets } from './check/literals.ts';
import { checkLogins } from './check/logins.ts';
import { checkModels } from './check/models.ts';
import { checkOrder } from './check/order.ts';
import { checkPrices } from './check/prices.ts';
import { checkProbes } from './check/probes.ts';
import { checkProviders } from './check/providers.ts';
import { checkQueues } from './check/queues.ts';
import { checkReach } from './check/reach.ts';
import { checkReferences } from './check/references.ts';
import { checkRules } from './check/rules.ts';
import { checkWeights } from './check/weights.ts';
import { type AccountFiles, addAccountFiles } from './credentials/account-files.ts';
import { loginsOf } from './credentials/logins.ts';
import { sourcesOf } from './credentials/sources.ts';
import { discover } from './directories/discover.ts';
import type { Document, LoadResult } from './loaded.ts';
import { normalise } from './normalise/normalise.ts';
import { collectSecrets } from './normalise/secrets.ts';
import { type Edit, Edits } from './read/edits.ts';
import type { Draft } from './read/entries.ts';
import { layOverrides, type Overrides } from './read/overrides.ts';
import { read } from './read/read.ts';
import { expand, resolveReferences } from './read/resolve.ts';
import { check, validateGateway } from './validate/validate.ts';

export interface LoadOptions {
  /** Absolute path of the main file. */
  readonly file: string;
  /** Use these instead of reading the file and its includes. The main file first. */
  readonly documents?: readonly Document[];
  /** Files as they would be, laid over what is on disk. */
  readonly edits?: readonly Edit[];
  readonly env: NodeJS.ProcessEnv;
  /** Laid over the first listener, before what the environment says. */
  readonly overrides?: Overrides | undefined;
  /** Package root: its plugins/ and providers/ are searched after those beside the main file. */
  readonly builtin: string;
  readonly clock?: Clock;
  /** Models that upstreams were found to list, by `LoadedDiscovery.key`. */
  readonly found?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Never throws for what a configuration holds: all of that becomes issues. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const found = await read({
    file: options.file,
    documents: options.documents,
    edits: new Edits(options.edits),
    clock: options.clock,
    expand: (text) => expandText(text, options),
  });
  const { tree, report, documents } = found;
  const files = documents.map((document) => document.path);
  const roots = [dirname(options.file), options.builtin];
  const [plugins, providers] = [await discover('plugins', roots), await discover('providers', roots)];
  const watch = new Set([...found.watch, ...plugins.watch, ...providers.watch]);
  if (tree === undefined)
    return { config: undefined, issues: report.sorted(files), documents, watch: [...watch], secrets: [] };
  warnLiteralSecrets(tree, report);
  const referred = resolveReferences(tree, options.env, report);
  const accountFiles = await addAccountFiles({ tree, report, providers });
  const resolved = { ...referred, disabled: new Map([...accountFiles.disabled, ...referred.disabled]) };
  check(validateGateway, { value: tree, path: [], ...resolved }, report);
  layOverrides(tree, options.overrides ?? {}, options.env, report);
  const draft: Draft = { tree, report, resolved, plugins, providers, files: accountFiles, found: options.found };
  checkReferences(draft);
  const chain = planChain(draft);
  checkErrorRules(draft);
  checkQueues(draft);
  checkForwards(draft);
  checkProviders(draft);
  checkModels(draft);
  checkAccounts(draft);
  checkLogins(draft, options.env);
  checkReach(draft);
  checkWeights(draft, chain);
  await checkConditions(draft);
  await checkProbes(draft);
  checkBindings(draft, chain);
  checkLimits(draft, chain);
  checkRules(draft);
  checkOrder(draft, chain);
  checkPrices(draft);
  checkControl(draft);
  const certificates = readCertificates(draft, (options.clock ?? systemClock).now());
  for (const file of [...resolved.files, ...certificates.files]) watch.add(dirname(file));
  for (const directory of accountFiles.watch) watch.add(directory);
  const config = report.failed
    ? undefined
    : withDigest(normalise({ draft, chain, certificates }, revisionOf(documents)), accountFiles);
  const secrets = collectSecrets(draft);
  const mask = maskOf(secrets);
  const credentials = config && sourcesOf(draft, config);
  const logins = config && loginsOf(draft, config, options.env);
  return {
    config,
    issues: report.sorted(files).map((issue) => ({ ...issue, message: mask(issue.message) })),
    documents,
    watch: [...watch],
    secrets,
    credentials,
    logins,
    accountsHome: accountFiles.home,
    accountFiles: accountFiles.files,
    accountsVault: accountFiles.vault,
    accountsHousehold: accountFiles.household,
    accountsLeftOut: accountFiles.leftOut.map(({ file, reason }) => ({ file, reason: mask(reason) })),
  };
}

/** A secret in the wrong place (as a name, say) is still a secret; very short ones would blot out the message. */
function maskOf(all: readonly string[]): (message: string) => string {
  const secrets = all.filter((secret) => secret.length >= 8);
  return (message) => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), message);
}

/** Twelve hex digits over names and bytes of all files. */
export function revisionOf(documents: readonly Document[]): string {
  const hash = createHash('sha256');
  const home = dirname(documents[0]?.path ?? '');
  for (const { path, text } of documents) hash.update(`${relative(home, path)}\0${Buffer.byteLength(text)}\0${text}`);
  return hash.digest('hex').slice(0, 12);
}

/** Where credentials are kept, and with which key, is told beside the configuration: a change of it is one too. */
function withDigest(config: ReturnType<typeof normalise>, { home, vault }: AccountFiles) {
  const whole = JSON.stringify([config, home, vault?.keys]);
  return { ...config, digest: createHash('sha256').update(whole).digest('hex') };
}

function expandText(text: string, options: LoadOptions): string | undefined {
  const pieces = expand(text, options.env, dirname(options.file), new Set());
  if (pieces.some((piece) => 'missing' in piece)) return undefined;
  return pieces.map((piece) => ('value' in piece ? piece.value : '')).join('');
}
