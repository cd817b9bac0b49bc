// Builds the upstream request of one target (identity lane: the body's bytes but for named splices) and tries it.
import { type AttemptFailure, GatewayError, type Outcome, type Target } from '../../core/index.ts';
import { keepBackUsage } from '../../upstream/answer/keep-back-usage.ts';
import { type Attempted, attempt } from '../../upstream/attempt.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import type { Outgoing } from '../../upstream/send.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Account, Provider } from '../snapshot.ts';
import { bodyFor } from './body-for.ts';
import { requestFor } from './request-for.ts';

/** Does not throw for failures of the upstream, nor for a target that is out of service. */
export async function attemptTarget(call: GatewayCall, target: Target): Promise<Outcome> {
  call.mustGoOn();
  const provider = call.snapshot.parts.providers.get(target.provider);
  const account = provider?.accounts.get(target.account);
  if (provider === undefined || account === undefined) return outOfService(call, target);
  const body = await call.request.read(call);
  call.mustGoOn();
  const started = call.clock.ticks();
  const attempted = await tryIt(call, target, provider, account, body);
  note(call, target, attempted, call.clock.ticks() - started);
  if (attempted.outcome.ok) call.opening = attempted.opening;
  return attempted.outcome;
}

async function tryIt(
  call: GatewayCall,
  target: Target,
  provider: Provider,
  account: Account,
  body: ReadBody,
): Promise<Attempted> {
  const { chunks, bytes, asksForUsage } = bodyFor(call, target, provider, body);
  const request = requestFor(call, target, provider, account, bytes);
  const outgoing: Outgoing = { ...request, body: chunks };
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

function note(call: GatewayCall, target: Target, attempted: Attempted, ms: number): void {
  const { outcome, status } = attempted;
  call.attempts.push({
    provider: target.provider,
    account: target.account,
    model: target.model,
    status,
    failure: outcome.ok ? undefined : status === undefined ? outcome.kind : `${outcome.kind} (${status})`,
    ms,
  });
  if (!outcome.ok && call.gone !== undefined) throw call.gone;
}

/** The provider's code could not be loaded. */
function outOfService(call: GatewayCall, target: Target): AttemptFailure {
  const message = `The provider ${target.provider} is out of service: its code could not be loaded.`;
  call.attempts.push({ ...target, status: undefined, failure: 'out of service', ms: 0 });
  const code = new GatewayError('no-account').code;
  return {
    ok: false,
    target,
    kind: 'server',
    verdict: 'next',
    code,
    message,
    retryAfterMs: undefined,
    reply: undefined,
  };
}
