// One log output. Whatever happens to its file (a full disk, a path that cannot be) stays in here: lines are dropped and
// counted, the reason is told, and the file is tried again.
import { once } from 'node:events';
import { basename, dirname, extname, join } from 'node:path';
import { Writable } from 'node:stream';
import { createLogger, format, type Logger, transports } from 'winston';
import DailyRotateFile from 'winston-daily-rotate-file';
import type { LogOutput } from '../../config/loaded.ts';
import type { Clock } from '../../core/index.ts';

const retryAfterMs = 10_000;
const closeLimitMs = 5_000;

export interface SinkOptions {
  readonly output: LogOutput;
  readonly clock: Clock;
  stdout(text: string): void;
  /** Called when it starts to fail, and with undefined when lines reach it again. */
  onState(sink: Sink, error: string | undefined, dropped: number): void;
}

interface Open {
  readonly logger: Logger;
  /** Resolves when everything written has reached the file. */
  close(): Promise<void>;
}

export class Sink {
  readonly #options: SinkOptions;
  #open: Open | undefined;
  #lines: string[] = [];
  #retryAt = 0;
  #dropped = 0;
  error: string | undefined;

  constructor(options: SinkOptions) {
    this.#options = options;
    this.#tryOpen();
  }

  get output(): LogOutput {
    return this.#options.output;
  }

  /** `console`, or the path of its file. */
  get name(): string {
    return this.output.path ?? this.output.to;
  }

  /** Takes a line, which leaves at the next flush. */
  add(line: string): void {
    this.#lines.push(line);
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    if (this.#open === undefined && this.#options.clock.ticks() >= this.#retryAt) this.#tryOpen();
    if (this.#open === undefined) {
      this.#dropped += lines.length;
      return;
    }
    try {
      this.#open.logger.info(lines.join('\n'));
    } catch (thrown) {
      this.#fail(thrown, lines.length);
    }
  }

  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = undefined;
    this.#retryAt = Number.POSITIVE_INFINITY;
  }

  #tryOpen(): void {
    try {
      this.#open = this.output.to === 'console' ? openConsole(this.#options.stdout) : this.#openFile();
    } catch (thrown) {
      this.#fail(thrown);
      return;
    }
    if (this.error === undefined) return;
    const dropped = this.#dropped;
    this.error = undefined;
    this.#dropped = 0;
    this.#options.onState(this, undefined, dropped);
  }

  #openFile(): Open {
    const open: Open = openFile(this.output, (thrown) => {
      if (this.#open === open || this.#open === undefined) this.#fail(thrown);
    });
    return open;
  }

  #fail(thrown: unknown, lost = 1): void {
    this.#open = undefined;
    this.#dropped += lost;
    this.#retryAt = this.#options.clock.ticks() + retryAfterMs;
    const isNew = this.error === undefined;
    this.error = thrown instanceof Error ? thrown.message : String(thrown);
    if (isNew) this.#options.onState(this, this.error, this.#dropped);
  }
}

/** The text is formatted and redacted already; winston takes it to where it goes. */
const asItIs = format.printf((info) => String(info.message));

function openConsole(stdout: (text: string) => void): Open {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      stdout(chunk);
      done();
    },
  });
  const transport = new transports.Stream({ stream, eol: '\n' });
  const logger = createLogger({ format: asItIs, transports: [transport] });
  return { logger, close: () => finish(logger, transport) };
}

function openFile(output: LogOutput, onError: (thrown: unknown) => void): Open {
  const path = output.path ?? 'portico.log';
  const extension = extname(path);
  const transport = new DailyRotateFile({
    filename: join(dirname(path), `${basename(path, extension)}-%DATE%`),
    extension,
    maxSize: output.maxSize,
    maxFiles: output.maxFiles,
    zippedArchive: output.compress,
    auditFile: join(dirname(path), `.${basename(path, extension)}-audit.json`),
    utc: true,
    options: { flags: 'a', mode: 0o640 },
  });
  const file = streamOf(transport);
  // The transport does not pass on what happens to its file; unheard, it would end the process.
  file.on('error', onError);
  transport.on('error', onError);
  const logger = createLogger({ format: asItIs, transports: [transport] });
  logger.on('error', onError);
  const close = async () => {
    await finish(logger, transport);
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, closeLimitMs);
      file.end(() => {
        clearTimeout(limit);
        resolve();
      });
    });
  };
  return { logger, close };
}

interface FileStream {
  on(event: 'error', listener: (thrown: unknown) => void): void;
  end(done: () => void): void;
}

function streamOf(transport: DailyRotateFile): FileStream {
  if ('logStream' in transport) return transport.logStream as FileStream;
  throw new Error('winston-daily-rotate-file has no logStream any more');
}

async function finish(logger: Logger, transport: NodeJS.EventEmitter): Promise<void> {
  const finished = once(transport, 'finish', { signal: AbortSignal.timeout(closeLimitMs) });
  logger.end();
  await finished.catch(() => undefined);
}
