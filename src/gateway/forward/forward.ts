// A route with `url:`: everything below its prefix goes to one HTTP service and back, bodies and WebSockets included.
// Nothing is tried twice: what the service has seen of a body is gone.
import { GatewayError, type Outcome, type Reply, type Source, type Target } from '../../core/index.ts';
import { broken } from '../../upstream/attempt.ts';
import { headersFromService } from '../../upstream/forward-headers.ts';
import { Exchange, type Outgoing } from '../../upstream/send.ts';
import { UpstreamSocket } from '../../upstream/upgrade/upstream-socket.ts';
import { settleBody } from '../attempt/body-for.ts';
import { noteAttempt } from '../attempt/note-attempt.ts';
import type { GatewayCall } from '../call/call.ts';
import { newSpanId } from '../call/trace.ts';
import type { Match } from '../door/match-path.ts';
import { requestTo } from './request-to.ts';
import { ledBack, type Service } from './service.ts';

/** Throws `websocket-not-served`, or why the client's body broke off. */
export async function forward(call: GatewayCall): Promise<void> {
  const { match } = call;
  const service = match && call.snapshot.parts.routes.get(match.route.name)?.service;
  if (match === undefined || service === undefined) return;
  if (call.upgrades && !service.settings.websocket) throw new GatewayError('websocket-not-served');
  const body = await call.request.take(call);
  call.mustGoOn();
  const { host } = service.url;
  const target: Target = { provider: match.route.name, account: host, model: undefined, priority: 0, weight: 1 };
  const started = call.clock.ticks();
  const spanId = newSpanId();
  const { outcome, status } = await exchange(
    call,
    service,
    target,
    match,
    requestTo(service, call, match, body, spanId),
  );
  noteAttempt(call, { target, outcome, sent: true, status, spanId, started });
  call.answer(settleBody(call, body, outcome));
}

async function exchange(
  call: GatewayCall,
  service: Service,
  target: Target,
  match: Match,
  outgoing: Outgoing,
): Promise<{ readonly outcome: Outcome; readonly status: number | undefined }> {
  const { timeouts } = match.route;
  const running = new Exchange(service.dispatcher, outgoing, timeouts, call.clock);
  call.runs(running);
  try {
    const { status, headers, socket } = await running.head;
    const upgraded = socket && new UpstreamSocket(socket, timeouts.idle);
    if (upgraded !== undefined) call.runs(upgraded);
    const reply: Reply = {
      status,
      headers: headersFromService(headers),
      body: upgraded ?? headFirst(call, running),
      // Nothing is put into a stream whose meaning is not known here.
      eventStream: false,
    };
    if (service.settings.mapRedirects) leadBack(reply, service, match, call.req.headers.host);
    return { outcome: { ok: true, target, reply }, status };
  } catch (error) {
    running.abort(error instanceof Error ? error : new Error(String(error)));
    return { outcome: broken({ target }, error), status: undefined };
  }
}

/** A head may be all there is for a while: it does not wait for the body, unless that comes at once. */
function headFirst(call: GatewayCall, source: Source): Source {
  const { res } = call;
  return {
    flow(sink) {
      source.flow(sink);
      setImmediate(() => {
        if (call.bytesOut === 0 && !res.writableEnded && !res.destroyed) res.flushHeaders();
      });
    },
    resume: () => source.resume(),
    abort: (reason) => source.abort(reason),
  };
}

function leadBack({ headers }: Reply, service: Service, match: Match, clientHost: string | undefined): void {
  for (const name of ['location', 'content-location']) {
    const value = headers[name];
    if (typeof value === 'string') headers[name] = ledBack(value, service, match, clientHost);
  }
}
