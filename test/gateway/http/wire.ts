// A client that sends the very bytes it is given, and reads answers one by one as a strict client would.
import assert from 'node:assert/strict';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { secret, type TestGateway } from '../../support/gateway.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class Wire {
  readonly socket: net.Socket;
  /** Resolves when the other side has closed, with what it sent beyond the answers that were read. */
  readonly closed: Promise<string>;
  #text = '';
  #tell: () => void = () => undefined;
  #over = false;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    const over = () => {
      this.#over = true;
      this.#tell();
      resolve(this.#text);
    };
    socket.on('data', (data) => {
      this.#text += data.toString('latin1');
      this.#tell();
    });
    socket.on('end', over).on('close', over);
    // A reset is an end as well; what was read before it counts.
    socket.on('error', over);
  }

  static open(url: string): Promise<Wire> {
    const { port, hostname } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () => {
        socket.off('error', reject);
        resolve(new Wire(socket));
      });
      socket.once('error', reject);
    });
  }

  send(text: string): this {
    this.socket.write(Buffer.from(text, 'latin1'));
    return this;
  }

  /** The next answer, whole. Fails when the connection ends before it. */
  async answer(): Promise<Answer> {
    for (;;) {
      const parsed = parse(this.#text);
      if (parsed !== undefined) {
        this.#text = this.#text.slice(parsed.length);
        return parsed.answer;
      }
      assert.ok(!this.#over, `the connection ended in the middle of: ${JSON.stringify(this.#text)}`);
      await new Promise<void>((resolve) => {
        this.#tell = resolve;
      });
    }
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

function parse(text: string): { answer: Answer; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  assert.ok(status >= 100, `no status line: ${JSON.stringify(first)}`);
  const start = end + 4;
  if (headers['transfer-encoding'] !== undefined) return chunked(text, start, status, headers);
  const length = status < 200 || status === 204 || status === 304 ? 0 : Number(headers['content-length'] ?? 0);
  if (text.length < start + length) return undefined;
  return { answer: { status, headers, body: text.slice(start, start + length) }, length: start + length };
}

function chunked(text: string, start: number, status: number, headers: Record<string, string>) {
  let body = '';
  for (let at = start; ; ) {
    const line = text.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(text.slice(at, line), 16);
    const next = line + 2 + size + 2;
    if (text.length < next) return undefined;
    if (size === 0) return { answer: { status, headers, body }, length: next };
    body += text.slice(line + 2, line + 2 + size);
    at = next;
  }
}

export const body = '{"model":"model-a","messages":[]}';
export const usual = `Host: portico\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json\r\n`;

/** A request to the Messages endpoint, whose errors are recognised by their `type`. */
export function post(headers: string, content = body, line = 'POST /v1/messages HTTP/1.1'): string {
  return `${line}\r\n${usual}${headers}\r\n${content}`;
}

export function sized(content = body): string {
  return post(`Content-Length: ${Buffer.byteLength(content)}\r\n`, content);
}

export function inChunks(content = body): string {
  return `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`;
}

export function get(path: string, headers = '', version = '1.1'): string {
  return `GET ${path} HTTP/${version}\r\n${usual}${headers}\r\n`;
}

/** An error of the gateway: its own id, the dialect's shape, nothing of its inside. Gives the message. */
export function messageOf(answer: Answer, dialect: 'messages' | 'chat' | 'gemini'): string {
  const id = answer.headers['x-portico-id'] ?? '';
  assert.match(id, /^c[0-9a-z]{25}$/);
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.doesNotMatch(answer.body, /\.ts\b|node:|\\n +at /, 'no stack trace');
  const told = JSON.parse(answer.body);
  if (dialect === 'messages') assert.deepEqual([told.type, told.request_id], ['error', id]);
  else if (dialect === 'gemini') assert.equal(told.error.code, answer.status);
  else assert.ok('param' in told.error);
  return told.error.message;
}

/** Resolves once no call runs. */
export async function idle(portico: TestGateway): Promise<void> {
  while (portico.ledger.inFlight() > 0) await setImmediate();
}
