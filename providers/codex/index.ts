// This API keeps no responses and answers with streams only, whatever was asked: those who asked for a whole answer get the one
// the stream ends with.
import { provider } from 'portico';
import { EventsToResponse } from './events-to-response.ts';

export default provider(() => ({
  body: () => ({ store: false, stream: true }),
  prepare({ headers }) {
    headers.accept = 'text/event-stream';
  },
  answer({ stream, headers }) {
    const isStream = String(headers['content-type'] ?? '').startsWith('text/event-stream');
    if (stream === true || !isStream) return undefined;
    headers['content-type'] = 'application/json';
    return (source) => new EventsToResponse(source);
  },
}));
