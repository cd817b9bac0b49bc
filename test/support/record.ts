// The record of one request, for tests that only need one to look at.
import type { AttemptRecord, CallRecord } from '../../src/core/index.ts';

export function attemptOf(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    provider: 'mock',
    account: 'default',
    model: 'm',
    dialect: 'openai-chat',
    sent: true,
    status: 200,
    failure: undefined,
    reason: undefined,
    spanId: '00f067aa0ba902b7',
    requestId: undefined,
    startMs: 1,
    ms: 3,
    passed: undefined,
    passedCount: undefined,
    ...changes,
  };
}

export function recordOf(changes: Partial<CallRecord> = {}): CallRecord {
  return {
    id: '01J',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: 'b7ad6b7169203331',
    parentSpanId: undefined,
    time: Date.UTC(2026, 10, 21, 2, 39, 46),
    revision: 'r',
    listener: 'api',
    route: 'root',
    dialect: 'openai-chat',
    operation: 'chat',
    method: 'POST',
    path: '/v1/chat/completions',
    clientIp: '10.0.0.1',
    userAgent: 'agent/1',
    key: 'ci',
    model: 'fast model',
    stream: true,
    status: 200,
    outcome: 'ok',
    error: undefined,
    reason: undefined,
    attempts: [attemptOf()],
    passed: undefined,
    passedCount: undefined,
    madeBy: undefined,
    dropped: [],
    firstByteMs: 4,
    ms: 12.6,
    bytesIn: 10,
    bytesOut: 345,
    usage: { input: 7, output: 9, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 },
    usageSource: 'reported',
    costMicros: 1234,
    priceSource: 'listed',
    ...changes,
  };
}
