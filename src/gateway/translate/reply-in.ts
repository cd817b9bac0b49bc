// Answers in the caller's dialect, and which headers of an upstream's answer they may carry on.
import type { JsonObject, Reply, Source } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';

/** Rate limits keep their own names: nobody else's clients read them. What tells of an account at the vendor stays here. */
const kept = /^(retry-after(-ms)?|x-should-retry|x-request-id|request-id|.*ratelimit.*)$/;

export function crossedHeaders(headers: Reply['headers']): Reply['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.test(name)));
}

export function jsonReply(body: JsonObject, { headers }: Reply): Reply {
  return wholeReply(JSON.stringify(body), 'application/json', headers);
}

export function wholeReply(text: string, type: string, headers: Reply['headers']): Reply {
  const body = Buffer.from(text);
  const own = { 'content-type': type, 'content-length': String(body.length) };
  return { status: 200, headers: { ...crossedHeaders(headers), ...own }, body, eventStream: false };
}

/** A stream as the caller reads it: events, or one JSON array where it did not ask for events. */
export function streamReply(body: Source, { headers }: Reply, array: boolean): Reply {
  const type = array ? 'application/json' : 'text/event-stream';
  const own = { 'content-type': type, ...(array ? {} : { 'cache-control': 'no-cache' }) };
  return { status: 200, headers: { ...crossedHeaders(headers), ...own }, body, eventStream: !array };
}

/** Whether the caller reads a stream as one JSON array: its dialect has events for those who ask only. */
export function wantsArray({ match, req }: GatewayCall): boolean {
  const events = match?.endpoint?.events;
  if (events === undefined) return false;
  const query = (req.url ?? '').split('?', 2)[1] ?? '';
  return !query.split('&').includes(events);
}

/** Events of the array's dialect as members of it; `first` where nothing has been told before. */
export function asMembers(events: string, first: boolean): string {
  let text = '';
  for (const event of events.split(/\r?\n\r?\n/)) {
    if (!event.startsWith('data:')) continue;
    text += `${first && text === '' ? '[' : ',\r\n'}${event.slice('data:'.length).trim()}`;
  }
  return text;
}
