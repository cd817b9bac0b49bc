// A call of the gateway's own to one account: nobody's key, no chain, no choice.

import { type Clock, GatewayError } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { mustEndWithin } from '../call/deadline.ts';
import { LazyBody } from '../call/request-body.ts';
import { clientReader } from '../door/client.ts';
import { askedCall } from '../explain/asked-call.ts';
import type { Door, Provider, Snapshot } from '../snapshot.ts';
import { probeRoute } from './is-probe.ts';
import type { ProbeRequest } from './probe-request.ts';

const door: Door = {
  name: '',
  match: () => undefined,
  client: clientReader({ trustedProxies: [], forwardedHeader: 'x-forwarded-for' }),
  chains: new Map(),
  translating: new Map(),
  early: new Map(),
};

export interface ProbeAsk {
  readonly snapshot: Snapshot;
  readonly clock: Clock;
  readonly provider: Provider;
  readonly request: ProbeRequest;
  readonly model: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

export function probeCall({ snapshot, clock, provider, request, model, timeout }: ProbeAsk): GatewayCall {
  const [like] = snapshot.parts.config.routes;
  if (like === undefined) throw new GatewayError('not-ready');
  const { dialect, endpoint, body } = request;
  const path = endpoint.path.replaceAll('{model}', () => encodeURIComponent(model ?? ''));
  const text = body === undefined ? undefined : JSON.stringify(body);
  const question = {
    listener: undefined,
    method: endpoint.method,
    path,
    headers: { 'user-agent': 'portico-probe' },
    ip: '127.0.0.1',
    key: undefined,
    body: text,
  };
  const { call } = askedCall(question, snapshot, door, clock);
  const { name, timeouts, dialects } = provider.loaded;
  const route = {
    ...like,
    name: probeRoute,
    paths: ['/'],
    providers: [name],
    dialects,
    models: undefined,
    url: undefined,
    limits: [],
    accounts: undefined,
    onError: [],
    timeout,
    timeouts,
  };
  call.match = { route, path, rest: path, dialect, endpoint, model, allow: undefined };
  if (text !== undefined) call.request = new LazyBody();
  mustEndWithin(call, timeout);
  return call;
}
