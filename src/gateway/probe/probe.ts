// A health probe: one account is asked the cheapest thing there is, the way any attempt would ask it. What becomes of it is
// noted as of any attempt: an answer ends a cooldown, a failure begins one.
import type { LoadedProvider } from '../../config/loaded.ts';
import { errors, GatewayError, isSource, type Outcome, type Source, type Target } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { makeLog } from '../compile/host.ts';
import type { Gateway } from '../gateway.ts';
import { probeCall } from './probe-call.ts';
import { probeRequest } from './probe-request.ts';
import type { Probed, ProbeKind, ProbeResult, ProbeWish } from './probed.ts';

/** Never rejects for a failure of the upstream. */
export async function probe(gateway: Gateway, wish: ProbeWish): Promise<ProbeResult> {
  const snapshot = gateway.current;
  if (snapshot === undefined) return { wrong: 'No configuration is served yet.' };
  const provider = snapshot.parts.providers.get(wish.provider);
  const loaded = provider?.loaded.accounts.find(({ name }) => name === wish.account);
  if (provider === undefined || loaded === undefined)
    return { wrong: `There is no account ${wish.provider}/${wish.account} that is switched on.` };
  if (loaded.disabled !== undefined) return { wrong: `The account cannot be used: ${loaded.disabled}.` };
  const { request, model } = chosen(provider.loaded, wish.model);
  if (request === undefined) return { wrong: `${wish.provider} offers nothing that could be asked: name a model.` };
  const { priority, weight, fingerprint } = loaded;
  const target: Target = {
    provider: wish.provider,
    account: wish.account,
    model,
    priority,
    weight,
    credential: fingerprint,
  };
  const { clock, outbox } = gateway.options;
  snapshot.pin();
  try {
    const call = probeCall({ snapshot, clock, provider, request, model, timeout: wish.timeout });
    const outcome = await asked(call, target);
    await spent(call, outcome);
    outbox.record(call.end());
    const probed = probedOf(call, request.kind, target, outcome);
    tell(gateway, probed);
    return { probed };
  } finally {
    snapshot.unpin();
  }
}

/** Without a model: the account as a whole, or where it has no list the first model that the configuration names. */
function chosen(loaded: LoadedProvider, wanted: string | undefined) {
  const request = probeRequest(loaded, wanted);
  const model = wanted ?? (request === undefined ? Object.values(loaded.models.ids)[0] : undefined);
  return { model, request: request ?? probeRequest(loaded, model) };
}

/** A token that was refused and renewed is tried once more. */
async function asked(call: GatewayCall, target: Target): Promise<Outcome | GatewayError> {
  try {
    const outcome = await call.attempt(target);
    return !outcome.ok && outcome.refreshed === true ? await call.attempt(target) : outcome;
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
}

/** Reads what is left of an answer, so that the attempt ends as one that was delivered. */
async function spent(call: GatewayCall, outcome: Outcome | GatewayError): Promise<void> {
  if (outcome instanceof GatewayError) {
    call.error = outcome.code;
    call.reason = outcome.message;
    call.outcome = 'error';
    call.res.statusCode = outcome.status;
    return;
  }
  // As a client would have been answered.
  call.res.statusCode = outcome.reply?.status ?? (outcome.ok ? 200 : errors[outcome.code].status);
  try {
    call.answer(outcome);
    if (!outcome.ok) return;
    if (isSource(outcome.reply.body)) await drained(outcome.reply.body);
  } catch (thrown) {
    call.outcome = 'error';
    if (!(thrown instanceof GatewayError)) call.error ??= 'upstream-failed';
  }
}

function drained(source: Source): Promise<void> {
  return new Promise((resolve, reject) => source.flow({ data: () => true, end: resolve, fail: reject }));
}

function probedOf(call: GatewayCall, kind: ProbeKind, target: Target, outcome: Outcome | GatewayError): Probed {
  const { provider, account } = target;
  const attempt = call.attempts.at(-1);
  const thrown = outcome instanceof GatewayError;
  const answered = !thrown && outcome.ok && call.outcome === 'ok';
  const cooled = thrown || outcome.ok ? undefined : outcome.cooled;
  return {
    provider,
    account,
    asked: kind,
    answered,
    status: attempt?.status,
    ms: attempt?.ms ?? 0,
    failure: answered ? undefined : (attempt?.failure ?? call.error),
    reason: answered ? undefined : (attempt?.reason ?? call.reason),
    cooled,
  };
}

function tell({ options: { clock, outbox } }: Gateway, probed: Probed): void {
  const { provider, account, asked: what, answered, status, ms, failure, reason, cooled } = probed;
  const log = makeLog('probe', clock, outbox);
  const fields = { account: `${provider}/${account}`, asked: what, status, ms, failure, reason, until: cooled?.until };
  if (answered) log.info('an account answers', fields);
  else log.warn('an account does not answer', fields);
}
