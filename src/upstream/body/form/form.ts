// A multipart form on its way through: read for the fields policy needs while it arrives, kept (in memory, then on disk)
// so that it can be sent again, and sent as soon as the model is known. See docs/decisions/multipart.md.
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../../core/index.ts';
import { Intake, type IntakeOptions } from '../intake.ts';
import { type OutgoingBody, plainLength } from '../outgoing.ts';
import { type Edit, splice } from '../splice.ts';
import { boundaryOf } from './boundary.ts';
import { type Field, FormScanner } from './scan-form.ts';
import { Spool } from './spool.ts';

export interface FormOptions extends IntakeOptions {
  /** Fields that may come once only. */
  readonly policyFields: readonly string[];
}

const mostInMemory = 1024 * 1024;

export class FormBody {
  readonly kind = 'form';
  /** Resolves once the model has been read, or all of the form without one. Rejects with what is wrong with it. */
  readonly known: Promise<void>;
  /** As the client announced it; undefined where it did not, or sends it compressed. */
  readonly length: number | undefined;
  /** Why it broke off, once it has. */
  failure: unknown;
  complete = false;
  readonly #intake: Intake;
  readonly #scanner: FormScanner;
  readonly #spool: Spool;
  readonly #settle: PromiseWithResolvers<void>;

  /** Throws `invalid-form` and what `Intake` throws. */
  constructor(request: IncomingMessage, options: FormOptions) {
    const boundary = boundaryOf(request.headers['content-type'] ?? '');
    this.#scanner = new FormScanner({ boundary, policyFields: options.policyFields, wanted: ['model', 'stream'] });
    this.#settle = Promise.withResolvers<void>();
    this.known = this.#settle.promise;
    this.length = plainLength(request.headers);
    this.#spool = new Spool({
      mostInMemory,
      ready: () => this.#intake.resume(),
      failed: (error) => this.#intake.stop(error),
    });
    this.#intake = new Intake(request, options, {
      take: (chunk) => this.#take(chunk),
      end: () => this.#end(),
      fail: (error) => this.#fail(error),
    });
  }

  /** That have arrived so far, after decompression. */
  get bytes(): number {
    return this.#intake.bytes;
  }

  /** The value of `model` or `stream`, as far as it has been read. */
  value(name: 'model' | 'stream'): string | undefined {
    return this.#scanner.fields.get(name)?.value;
  }

  /** From the first byte on, with another model where one is given. May be called again, also while it is still arriving. */
  outgoing(model: string | undefined): { readonly body: OutgoingBody; readonly bytes: number | undefined } {
    const field = this.#scanner.fields.get('model');
    const edit = model === undefined || field === undefined || field.value === model ? undefined : editOf(field, model);
    const length = this.complete ? this.#spool.bytes : this.length;
    const bytes = length === undefined ? undefined : length + growthOf(edit);
    const atHand = this.#spool.atHand;
    if (atHand !== undefined) return { body: splice(atHand, edit === undefined ? [] : [edit]), bytes };
    return { body: edit === undefined ? this.#spool.read() : edited(this.#spool.read(), edit), bytes };
  }

  /** All of it, in memory. */
  async whole(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#spool.read()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Nobody needs it any more. */
  close(): void {
    this.#intake.discard();
    void this.#spool.close();
  }

  #take(chunk: Buffer): void {
    this.#scanner.push(chunk);
    if (!this.#spool.append(chunk)) this.#intake.pause();
    if (this.#scanner.fields.has('model')) this.#settle.resolve();
  }

  #end(): void {
    this.#scanner.end();
    this.complete = true;
    this.#spool.end();
    this.#settle.resolve();
  }

  #fail(error: unknown): void {
    this.failure = error;
    this.#spool.fail(error);
    void this.#spool.close();
    this.#settle.reject(error);
  }
}

function editOf(field: Field, model: string): Edit {
  const bytes = Buffer.from(model);
  if (model.includes('\r') || model.includes('\n')) {
    throw new GatewayError('invalid-request', { message: 'The model is not a valid name.', param: 'model' });
  }
  return { start: field.start, end: field.end, bytes };
}

function growthOf(edit: Edit | undefined): number {
  return edit === undefined ? 0 : edit.bytes.length - (edit.end - edit.start);
}

/** The chunks with one edit applied. */
async function* edited(chunks: AsyncIterable<Buffer>, { start, end, bytes }: Edit): AsyncGenerator<Buffer, void> {
  let base = 0;
  let done = false;
  for await (const chunk of chunks) {
    const before = chunk.subarray(0, Math.max(0, start - base));
    if (before.length > 0) yield before;
    if (!done && base + chunk.length >= start) {
      done = true;
      yield bytes;
    }
    const after = chunk.subarray(Math.max(0, end - base));
    if (base + chunk.length > end && after.length > 0) yield after;
    base += chunk.length;
  }
}
