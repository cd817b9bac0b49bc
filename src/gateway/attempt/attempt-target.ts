// Builds the upstream request of one target (identity lane: the body's bytes but for named splices) and tries it.
import type { AttemptFailure, Lane, Outcome, Target } from '../../core/index.ts';
import { isSocket } from '../../dialects/operations.ts';
import { keepBackUsage } from '../../upstream/answer/keep-back-usage.ts';
import { type Attempted, attempt } from '../../upstream/attempt.ts';
import type { Outgoing } from '../../upstream/send.ts';
import type { GatewayCall } from '../call/call.ts';
import type { TakenBody } from '../call/take-body.ts';
import { newSpanId } from '../call/trace.ts';
import { tokenReady } from '../credentials.ts';
import { keepForUpstream, namesItems, namesKept, withHistory, withNamed } from '../responses/native.ts';
import type { Account, Provider } from '../snapshot.ts';
import { attemptInLane } from '../translate/attempt-lane.ts';
import { holdsForeign, withoutForeign } from '../translate/own-dialect.ts';
import { bodyFor, settleBody } from './body-for.ts';
import { linkBack } from './link-back.ts';
import { noteAttempt } from './note-attempt.ts';
import { requestFor } from './request-for.ts';

const nothingDropped: readonly string[] = [];

/** Does not throw for failures of the upstream, nor for a target that is out of service. */
export async function attemptTarget(call: GatewayCall, target: Target): Promise<Outcome> {
  call.mustGoOn();
  const provider = call.snapshot.parts.providers.get(target.provider);
  const account = provider?.accounts.get(target.account);
  if (provider === undefined || account === undefined) return outOfService(call, target);
  // Accounts with an API key have nothing to wait for.
  if (account.held !== undefined) await tokenReady(account.held, call.clock.now());
  call.dropped = nothingDropped;
  call.told = undefined;
  call.keeps = undefined;
  if (target.lane !== undefined) return attemptTranslated(call, target, target.lane, provider, account);
  const taken = await call.request.take(call);
  const named = namesItems(call, taken) ? await withNamed(call, taken) : taken;
  const whole = namesKept(call, named) ? await withHistory(call, provider, named) : named;
  const body = holdsForeign(call, whole) ? withoutForeign(call, target, provider, whole) : whole;
  call.mustGoOn();
  const started = call.clock.ticks();
  const spanId = newSpanId();
  const { outcome, status, opening } = await tryIt(call, target, provider, account, body, spanId);
  noteAttempt(call, { target, outcome, sent: true, status, spanId, started });
  if (!outcome.ok && call.gone !== undefined) throw call.gone;
  if (outcome.ok) {
    call.opening = opening;
    linkBack(call, account, outcome.reply);
    keepForUpstream(call, provider, named);
  }
  return settleBody(call, body, outcome);
}

/** In another dialect than the caller's. */
async function attemptTranslated(
  call: GatewayCall,
  target: Target,
  lane: Lane,
  provider: Provider,
  account: Account,
): Promise<Outcome> {
  const spanId = newSpanId();
  const { outcome, status, sent, started } = await attemptInLane(call, target, lane, provider, account, spanId);
  noteAttempt(call, { target, outcome, sent, status, spanId, started });
  if (!outcome.ok && call.gone !== undefined) throw call.gone;
  return outcome;
}

async function tryIt(
  call: GatewayCall,
  target: Target,
  provider: Provider,
  account: Account,
  taken: TakenBody,
  spanId: string,
): Promise<Attempted> {
  const { body, bytes, asksForUsage } = bodyFor(call, target, provider, taken);
  const request = requestFor(call, target, provider, account, bytes, spanId);
  const outgoing: Outgoing = { ...request, body, upgrade: switchesProtocol(call) ? 'websocket' : undefined };
  return attempt({
    target,
    dispatcher: account.dispatcher,
    outgoing,
    timeouts: provider.loaded.timeouts,
    clock: call.clock,
    dialect: call.codec,
    operation: call.operation,
    classify: provider.code.classify?.bind(provider.code),
    started: (source) => call.runs(source),
    filter: asksForUsage
      ? keepBackUsage((data) => {
          call.usage = call.codec.readEvent('', data).usage ?? call.usage;
        })
      : undefined,
  });
}

/** An upgrade at a path that is not one of sockets is an ordinary request (RFC 9110 7.8). */
function switchesProtocol(call: GatewayCall): boolean {
  return call.upgrades && (isSocket(call.operation) || call.operation === 'opaque');
}

/** The provider's code could not be loaded. */
function outOfService(call: GatewayCall, target: Target): AttemptFailure {
  const message = `The provider ${target.provider} is out of service: its code could not be loaded.`;
  const outcome: AttemptFailure = {
    ok: false,
    target,
    kind: 'server',
    verdict: 'next',
    code: 'no-account',
    message,
    retryAfterMs: undefined,
    reply: undefined,
  };
  const started = call.clock.ticks();
  noteAttempt(call, { target, outcome, sent: false, status: undefined, spanId: newSpanId(), started });
  return outcome;
}
