// Builds the upstream request of one target (identity lane: the body's bytes but for named splices) and tries it.
import { type AttemptFailure, type Lane, type Outcome, replyWith, type Target } from '../../core/index.ts';
import { isSocket } from '../../dialects/operations.ts';
import { keepBackUsage } from '../../upstream/answer/keep-back-usage.ts';
import { type Attempted, failure } from '../../upstream/attempt.ts';
import { verdictOf } from '../../upstream/classify.ts';
import type { GatewayCall } from '../call/call.ts';
import type { TakenBody } from '../call/take-body.ts';
import { tokenReady } from '../credentials.ts';
import { keepForUpstream } from '../responses/native.ts';
import type { Account, Provider } from '../snapshot.ts';
import { attemptInLane } from '../translate/attempt-lane.ts';
import { toldHere } from '../translate/told-here.ts';
import { bodyFor, settleBody } from './body-for.ts';
import { judge } from './judge.ts';
import { linkBack } from './link-back.ts';
import { noteTried, notSent } from './note-attempt.ts';
import { ownBody } from './own-body.ts';
import { requestFor } from './request-for.ts';
import { givenUp, type RunningAttempt } from './running-attempt.ts';
import { sendTo } from './send-to.ts';

/** Does not throw for failures of the upstream, nor for a target that is out of service. */
export async function attemptTarget(running: RunningAttempt): Promise<Outcome> {
  const { call, target, found } = running;
  call.mustGoOn();
  const provider = call.snapshot.parts.providers.get(target.provider);
  const account = provider?.accounts.get(target.account);
  if (provider === undefined || account === undefined) return notSent(running, outOfService(target));
  // Accounts with an API key have nothing to wait for.
  const ready = account.held && (await tokenReady(account.held, call.clock.now(), () => call.signal));
  if (ready === false) return notSent(running, failure({ target }, 'auth', { message: withoutToken(target) }));
  if (target.lane !== undefined) return attemptTranslated(running, target.lane, provider, account);
  const { body, named } = await ownBody(call, target, provider, found);
  call.mustGoOn();
  if (running.gone !== undefined) return notSent(running, givenUp(target));
  const attempted = await tryIt(running, provider, account, body);
  noteTried(running, attempted.outcome, true, attempted.status);
  const outcome = await judge(running, provider, account, attempted);
  if (!outcome.ok) {
    if (call.gone !== undefined) throw call.gone;
    return settleBody(call, body, toldInBand(call, outcome));
  }
  found.opening = attempted.opening;
  linkBack(call, account, outcome.reply);
  keepForUpstream(call, provider, named, found);
  return settleBody(call, body, outcome);
}

/** In another dialect than the caller's. */
async function attemptTranslated(
  running: RunningAttempt,
  lane: Lane,
  provider: Provider,
  account: Account,
): Promise<Outcome> {
  const attempted = await attemptInLane(running, lane, provider, account);
  noteTried(running, attempted.outcome, attempted.sent, attempted.status);
  const outcome = await judge(running, provider, account, attempted);
  if (!outcome.ok && running.call.gone !== undefined) throw running.call.gone;
  return outcome;
}

function tryIt(running: RunningAttempt, provider: Provider, account: Account, taken: TakenBody): Promise<Attempted> {
  const { call, target, found, spanId } = running;
  const { body, bytes, asksForUsage } = bodyFor(call, target, provider, taken, found);
  const request = requestFor(call, target, provider, account, bytes, spanId);
  return sendTo(running, provider, account, {
    outgoing: { ...request, body, upgrade: switchesProtocol(call) ? 'websocket' : undefined },
    dialect: call.codec,
    operation: call.operation,
    filter: asksForUsage
      ? keepBackUsage((data) => {
          found.usage = call.codec.readEvent('', data).usage ?? found.usage;
        })
      : undefined,
  });
}

/** An upgrade at a path that is not one of sockets is an ordinary request (RFC 9110 7.8). */
function switchesProtocol(call: GatewayCall): boolean {
  return call.upgrades && (isSocket(call.operation) || call.operation === 'opaque');
}

/** The request's own fault, told as the first event of a stream: the client gets it as an answer. */
function toldInBand(call: GatewayCall, outcome: AttemptFailure): AttemptFailure {
  const { fault, reply, kind } = outcome;
  if (fault === undefined || reply !== undefined || verdictOf(kind, undefined) !== 'stop') return outcome;
  return toldHere(call, { ...outcome, reply: replyWith(fault.status, {}, '') });
}

/** The provider's code could not be loaded. */
function outOfService(target: Target): AttemptFailure {
  const message = `The provider ${target.provider} is out of service: its code could not be loaded.`;
  return { ...failure({ target }, 'server', { code: 'no-account', message }), verdict: 'next' };
}

function withoutToken({ provider, account }: Target): string {
  return `The account ${provider}/${account} has no valid token, and could not be given a new one.`;
}
