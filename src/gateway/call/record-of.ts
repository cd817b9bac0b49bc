// What is kept of a call, as it stands.
import { type CallRecord, micros } from '../../core/index.ts';
import type { GatewayCall } from './call.ts';
import { toldOf } from './passed-over.ts';
import { reasonOf } from './reason-of.ts';

/** `ms`: how long it took, or has taken so far. */
export function recordOf(call: GatewayCall, ms: number): CallRecord {
  const { req, match } = call;
  const path = req.url ?? '';
  const query = path.indexOf('?');
  return {
    id: call.id,
    traceId: call.trace.traceId,
    spanId: call.trace.spanId,
    parentSpanId: call.trace.parentSpanId,
    time: call.startedAt,
    revision: call.revision,
    listener: call.listener,
    route: match?.route.name ?? '',
    dialect: call.dialect,
    operation: call.operation,
    method: req.method ?? '',
    path: query < 0 ? path : path.slice(0, query),
    clientIp: call.clientIp,
    userAgent: req.headers['user-agent'] ?? '',
    key: call.key?.name,
    model: call.asked,
    stream: call.streams,
    status: call.outcome === 'aborted' && !call.res.headersSent ? 499 : call.res.statusCode,
    outcome: call.outcome,
    error: call.error,
    reason: reasonOf(call),
    attempts: call.attempts,
    ...toldOf(call.passed),
    madeBy: call.reply?.madeBy,
    dropped: call.found.dropped,
    firstByteMs: call.firstByteAt === undefined ? undefined : micros(call.firstByteAt - call.startedTicks),
    ms: micros(ms),
    bytesIn: call.bytesIn,
    bytesOut: call.bytesOut,
    usage: call.found.usage,
    usageSource: call.found.usage === undefined ? 'none' : call.found.usageSource,
    costMicros: call.cost.micros,
    priceSource: call.cost.source,
  };
}
