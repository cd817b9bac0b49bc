// Responses that an upstream keeps, it keeps for the account that asked: what goes on from one must go there too. Which
// account that was is remembered by the response's id, in memory that all threads share, until others take its place.
import type { AccountPool, AttemptSuccess, Candidates, Skipped, Source, Target } from '../../core/index.ts';
import { isSource } from '../../core/index.ts';
import { ownId } from '../../dialects/openai-responses/state/items.ts';
import type { GatewayCall } from '../call/call.ts';
import { targetsOf } from '../models/targets.ts';
import type { Snapshot } from '../snapshot.ts';
import { Passing } from '../translate/passing.ts';
import { memberIn, textOf } from './member.ts';

/** Within which an answer names itself, whole or in its first event. */
const mostBytes = 16 * 1024;
const idPattern = /"id"\s*:\s*"([\w.:-]{8,200})"/;
const mostSkipped = 50;

/** Where a request goes on from a response of one of the candidates' accounts: that account alone. */
export function atKeeper(call: GatewayCall, candidates: Candidates): Candidates {
  const body = call.request.held;
  const previous = body && textOf(memberIn(body, 'previous_response_id')?.value);
  if (previous === undefined || previous.startsWith(ownId)) return candidates;
  const isMaker = call.snapshot.parts.ledger.makers.recall(nameFor(call, previous));
  if (isMaker === undefined) return candidates;
  const all = targetsOf(candidates);
  const keeping = all.filter((target) => target.lane === undefined && isMaker(makerOf(target)));
  return keeping.length === 0 || keeping.length === all.length ? candidates : poolOf(candidates, keeping, all);
}

/** Remembers who keeps an answer that goes to the client. Nothing to do where there is one account alone. */
export function rememberKeeper(call: GatewayCall, { target, reply }: AttemptSuccess): void {
  const { snapshot, dialect, operation } = call;
  if (dialect !== 'openai-responses' || operation !== 'chat' || target.lane !== undefined) return;
  if (reply.status >= 300 || !keeps(snapshot, target) || isAlone(snapshot)) return;
  const heard = (id: string) => snapshot.parts.ledger.makers.remember(nameFor(call, id), makerOf(target));
  if (isSource(reply.body)) reply.body = new Beginning(reply.body, heard);
  else idIn(reply.body, heard);
}

function keeps({ parts }: Snapshot, { provider }: Target): boolean {
  return parts.providers.get(provider)?.loaded.manifest.dialects['openai-responses']?.state !== false;
}

function isAlone({ parts }: Snapshot): boolean {
  const [only, other] = parts.providers.values();
  return other === undefined && only?.accounts.size === 1;
}

function nameFor({ key }: GatewayCall, id: string): string {
  return `${key?.name ?? ''}\n${id}`;
}

function makerOf({ provider, account }: Target): string {
  return `${provider}/${account}`;
}

function poolOf(candidates: Candidates, targets: readonly Target[], all: readonly Target[]): AccountPool {
  const [first] = targets;
  const name = first === undefined ? '' : makerOf(first);
  const reason = 'does not keep the response that this goes on from';
  const others = all.filter((target) => !targets.includes(target));
  const left: Skipped[] = others.map(({ provider, account, model }) => ({ provider, account, model, reason }));
  const skipped = [...(candidates.skipped ?? []), ...left].slice(0, mostSkipped);
  return { kind: 'accounts', name, weight: 1, on: undefined, targets, skipped };
}

function idIn(bytes: Buffer, heard: (id: string) => void): boolean {
  const id = idPattern.exec(bytes.toString('latin1', 0, mostBytes))?.[1];
  if (id !== undefined) heard(id);
  return id !== undefined || bytes.length >= mostBytes;
}

/** Looks at the beginning of an answer, until it has found the id. */
class Beginning extends Passing {
  readonly #heard: (id: string) => void;
  #seen: Buffer | undefined = Buffer.alloc(0);

  constructor(source: Source, heard: (id: string) => void) {
    super(source);
    this.#heard = heard;
  }

  protected see(chunk: Buffer): void {
    if (this.#seen === undefined) return;
    this.#seen = this.#seen.length === 0 ? chunk : Buffer.concat([this.#seen, chunk]);
    if (idIn(this.#seen, this.#heard)) this.#seen = undefined;
  }

  protected seeEnd(): void {
    this.#seen = undefined;
  }
}
