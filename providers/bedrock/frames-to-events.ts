// The frames of InvokeModelWithResponseStream as server-sent events: each chunk holds one event of the Messages API in
// base64, an exception is that API's error event.
import { Between, GatewayError } from 'portico';
import { errorEvent } from './errors.ts';
import { type Frame, FrameReader } from './frame-reader.ts';

export class FramesToEvents extends Between {
  readonly #reader = new FrameReader();
  #over = false;

  data(piece: Buffer): boolean {
    if (this.#over) return true;
    try {
      const events = this.#reader.push(piece).map(eventOf).join('');
      return events === '' || this.sink?.data(Buffer.from(events)) !== false;
    } catch (error) {
      this.#over = true;
      const reason = error instanceof Error ? error : new Error(String(error));
      this.abort(reason);
      this.sink?.fail(reason);
      return true;
    }
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    if (!this.#reader.midway) return this.sink?.end();
    const message = 'The upstream ended its stream in the middle of a frame.';
    this.sink?.fail(new GatewayError('upstream-truncated', { message }));
  }

  fail(error: Error): void {
    if (!this.#over) this.sink?.fail(error);
    this.#over = true;
  }
}

function eventOf({ headers, payload }: Frame): string {
  const kind = headers[':message-type'];
  if (kind === 'exception') return errorEvent(headers[':exception-type'] ?? '', messageIn(payload));
  if (kind === 'error') return errorEvent(headers[':error-code'] ?? '', headers[':error-message'] ?? '');
  if (headers[':event-type'] !== 'chunk') return '';
  const { bytes } = parse(payload) as { bytes?: unknown };
  if (typeof bytes !== 'string') throw odd();
  const data = Buffer.from(bytes, 'base64').toString();
  const { type } = parse(data) as { type?: unknown };
  // JSON may be written over several lines; the data of an event may not.
  return `event: ${typeof type === 'string' ? type : 'message'}\ndata: ${data.replace(/[\r\n]+/g, ' ')}\n\n`;
}

function messageIn(payload: Buffer): string {
  const { message, Message } = parse(payload) as { message?: unknown; Message?: unknown };
  return String(message ?? Message ?? 'The upstream said no more.');
}

function parse(json: Buffer | string): unknown {
  try {
    return Object(JSON.parse(json.toString()));
  } catch {
    throw odd();
  }
}

function odd(): GatewayError {
  return new GatewayError('upstream-invalid', { message: 'A frame of the upstream holds no event.' });
}
