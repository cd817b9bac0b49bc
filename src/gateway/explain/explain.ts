// What would become of a request: the walk of a real one up to the point where it would leave, on the configuration that is
// served. Nobody is called, nothing is counted, no cursor moves.
import { hash, randomUUID } from 'node:crypto';
import { suggest } from '../../config/validate/nearest.ts';
import { admit, GatewayError, type KeyEntry, type Target } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { LazyBody } from '../call/request-body.ts';
import { soundPath } from '../door/check-head.ts';
import { health } from '../door/health.ts';
import { mustBeKnown } from '../door/known-path.ts';
import { addressAt } from '../forward/service.ts';
import type { Gateway } from '../gateway.ts';
import type { Door, Snapshot } from '../snapshot.ts';
import { askedCall } from './asked-call.ts';
import { choose } from './choose.ts';
import type { Explained, Explanation, Question, Verdict } from './explanation.ts';
import { stepsOf } from './steps.ts';
import { type Walked, walkChain } from './walk-chain.ts';

/** Never rejects for what is wrong with the request: that is the explanation. */
export async function explain(gateway: Gateway, question: Question): Promise<Explained> {
  const snapshot = gateway.current;
  if (snapshot === undefined) return { wrong: 'No configuration is served yet.' };
  const { doors, keys, config } = snapshot.parts;
  const listener = question.listener ?? config.listeners[0]?.name ?? '';
  const door = doors.get(listener);
  if (door === undefined) return { wrong: noSuch('listener', listener, doors.keys()) };
  const key = [...keys.values()].find(({ name }) => name === question.key);
  if (question.key !== undefined && key === undefined) {
    const known = [...keys.values()].map(({ name }) => name);
    return { wrong: noSuch('client key', question.key, known) };
  }
  snapshot.pin();
  try {
    const ask: Ask = { gateway, snapshot, door, question, key };
    const explanation = await explained(ask, false);
    // Somebody who does not tell would have found the key: those behind it shall see it.
    const untold = explanation.key === undefined && explanation.plugins.some(({ state }) => state === 'not told');
    return { explanation: key !== undefined && untold ? await explained(ask, true) : explanation };
  } finally {
    snapshot.unpin();
  }
}

function noSuch(what: string, name: string, known: Iterable<string>): string {
  const hint = suggest(name, [...known]);
  return `There is no ${what} ${name}${hint}${hint.endsWith('?') ? '' : '.'}`;
}

interface Ask {
  readonly gateway: Gateway;
  readonly snapshot: Snapshot;
  readonly door: Door;
  readonly question: Question;
  readonly key: KeyEntry | undefined;
}

/** A key's secret is not known here. The request carries one made up for this question, which means that key. */
function presume(question: Question, key: KeyEntry | undefined) {
  if (key === undefined) return { question, keys: new Map<string, KeyEntry>() };
  const secret = `explained-${randomUUID()}`;
  const headers = { ...question.headers, authorization: `Bearer ${secret}` };
  return { question: { ...question, headers }, keys: new Map([[hash('sha256', secret, 'hex'), key]]) };
}

type Found = Omit<Explanation, 'revision' | 'time' | 'match' | 'key'>;

const nothing: Omit<Found, 'verdict'> = {
  request: undefined,
  plugins: [],
  model: undefined,
  candidates: [],
  skipped: [],
  skippedMore: 0,
  limits: [],
  upstream: undefined,
};

async function explained({ gateway, snapshot, door, question, key }: Ask, known: boolean): Promise<Explanation> {
  const presumed = presume(question, key);
  const { call, ctx } = askedCall(presumed.question, snapshot, door, gateway.options.clock);
  const found = matched(gateway, call) ?? (await reached());
  const { match, listener, route, dialect, operation } = call;
  return {
    revision: call.revision,
    time: call.clock.now(),
    match: match && { listener, route, path: match.path, dialect, operation },
    key: call.key?.name,
    ...found,
  };

  async function reached(): Promise<Found> {
    try {
      if (known && key !== undefined) admit(call, key);
    } catch (thrown) {
      return { ...nothing, verdict: refusedBy('key', thrown) };
    }
    const steps = stepsOf(snapshot.parts.chainParts(call.listener, call.route), presumed.keys);
    return walked(gateway, call, await walkChain(ctx, steps));
  }
}

/** As the pipeline's step does it, but without a deadline. Undefined where the chain is reached. */
function matched(gateway: Gateway, call: GatewayCall): Found | undefined {
  const { req, res, door } = call;
  const method = req.method ?? '';
  try {
    const path = soundPath(req, res);
    if (health(path, method, gateway) !== undefined) return { ...nothing, verdict: answeredBy('health check') };
    const match = door.match(method, path, req.headers);
    if (match === undefined) throw new GatewayError('unknown-path');
    call.match = match;
    const below = match.rest !== '/' || match.route.url !== undefined;
    if (method === 'HEAD' && !below) return { ...nothing, verdict: answeredBy('gateway') };
    if (method === 'OPTIONS' && match.route.url === undefined) return undefined;
    if ((method !== 'GET' && method !== 'HEAD') || match.route.url !== undefined) call.request = new LazyBody();
    mustBeKnown(call);
    return undefined;
  } catch (thrown) {
    return { ...nothing, verdict: refusedBy('match', thrown) };
  }
}

async function walked(gateway: Gateway, call: GatewayCall, chain: Walked): Promise<Found> {
  const { plugins, limits, end } = chain;
  const told = { ...nothing, plugins, limits, request: await requestOf(call) };
  if (end?.refusal !== undefined) return { ...told, verdict: refusedBy(end.by, end.refusal) };
  if (end !== undefined) return { ...told, verdict: answeredBy(end.by) };
  if (call.operation === 'models' || call.operation === 'session') return { ...told, verdict: answeredBy('gateway') };
  try {
    if (call.operation === 'forward') return { ...told, verdict: { outcome: 'forwarded', to: serviceOf(call) } };
    const { target, refusal, ...choice } = await choose(call, chain, gateway.options.ledger.health);
    const verdict = refusal === undefined ? sentTo(target) : refusedBy('attempt', refusal);
    return { ...told, ...choice, verdict };
  } catch (thrown) {
    return { ...told, verdict: refusedBy('models', thrown) };
  }
}

/** What the body says, where it can be read at all: if not, whoever reads it first refuses. */
async function requestOf(call: GatewayCall): Promise<Explanation['request']> {
  if (call.operation === 'forward') return undefined;
  try {
    return await call.facts();
  } catch (thrown) {
    if (thrown instanceof GatewayError) return undefined;
    throw thrown;
  }
}

function serviceOf(call: GatewayCall): string {
  const { match, route, snapshot, req } = call;
  const service = snapshot.parts.routes.get(route)?.service;
  if (service === undefined || match === undefined) return '';
  const [, query = ''] = /(\?.*)$/s.exec(req.url ?? '') ?? [];
  return service.url.origin + addressAt(service, match, query);
}

function sentTo(target: Target | undefined): Verdict {
  const { provider = '', account = '', model } = target ?? {};
  return { outcome: 'sent', provider, account, model };
}

function answeredBy(by: string): Verdict {
  return { outcome: 'answered', by };
}

function refusedBy(by: string, thrown: unknown): Verdict {
  const error = thrown instanceof GatewayError ? thrown : new GatewayError('internal', { cause: thrown });
  const { code, status, message, retryAfterMs } = error;
  return { outcome: 'refused', by, code, status, message, retryAfterMs };
}
