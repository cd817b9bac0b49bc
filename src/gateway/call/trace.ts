// Trace context in and out (https://www.w3.org/TR/trace-context/): the client's trace goes on, or a new one starts here.
// What is not valid is as if it had not been sent.
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Trace } from '../../core/index.ts';

/** A later version may have more fields behind these four; `ff` is no version. */
const parent = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const member = /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const mostMembers = 32;

/** Context of other tracing systems, and key-value pairs of the client's own: no provider's business. */
const baggage = ['baggage', 'b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'];

let pool = '';
let at = 0;

export function traceOf(headers: IncomingHttpHeaders): Trace {
  const { traceparent } = headers;
  const found = typeof traceparent === 'string' ? parent.exec(traceparent) : null;
  if (found === null || (found[1] === '00' && found[5] !== undefined)) {
    return { traceId: hex(32), spanId: hex(16), parentSpanId: undefined, sampled: true, state: undefined };
  }
  return {
    traceId: found[2] as string,
    spanId: hex(16),
    parentSpanId: found[3],
    sampled: (Number.parseInt(found[4] as string, 16) & 1) === 1,
    state: stateOf(headers.tracestate),
  };
}

/** The id of one attempt's span. */
export function newSpanId(): string {
  return hex(16);
}

/** Says upstream which span it works for. `headers` are the client's own, which name the client's. */
export function passTrace(headers: Record<string, string>, trace: Trace, spanId: string): void {
  headers.traceparent = `00-${trace.traceId}-${spanId}-${trace.sampled ? '01' : '00'}`;
  if (trace.state === undefined && headers.tracestate !== undefined) delete headers.tracestate;
}

export function dropBaggage(headers: Record<string, string>): void {
  for (const name of baggage) if (headers[name] !== undefined) delete headers[name];
}

/** The header where it is a list as the specification wants it, unchanged. */
function stateOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = String(header);
  const members = text.split(',').map((each) => each.trim());
  const filled = members.filter((each) => each !== '');
  const keys = new Set(filled.map((each) => each.slice(0, each.indexOf('='))));
  const valid = filled.length > 0 && filled.length <= mostMembers && keys.size === filled.length;
  return valid && filled.every((each) => member.test(each)) ? text : undefined;
}

/** Random digits out of a pool: one call for randomness serves some 80 requests. */
function hex(digits: number): string {
  if (at + digits > pool.length) {
    pool = randomBytes(4096).toString('hex');
    at = 0;
  }
  at += digits;
  return pool.slice(at - digits, at);
}
