// Errors of the service in the words of the Messages API.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
import { Between, type FailureKind, type Source, type UpstreamError } from 'portico';

/** By the exception's name, without its ending and in lower case. */
const types: Readonly<Record<string, string>> = {
  throttling: 'rate_limit_error',
  servicequotaexceeded: 'rate_limit_error',
  modelnotready: 'overloaded_error',
  serviceunavailable: 'overloaded_error',
  modeltimeout: 'timeout_error',
  internalserver: 'api_error',
  modelstreamerror: 'api_error',
  modelerror: 'api_error',
  validation: 'invalid_request_error',
  accessdenied: 'permission_error',
  unrecognizedclient: 'authentication_error',
  expiredtoken: 'authentication_error',
  resourcenotfound: 'not_found_error',
};

/** `ThrottlingException:http://internal.amazon.com/…` and `throttlingException` are one. */
function typeOf(exception: string): string | undefined {
  const name = exception.split(':', 1)[0] ?? '';
  return types[name.toLowerCase().replace(/exception$/, '')];
}

function typeOfStatus(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  if (status === 503) return 'overloaded_error';
  return status >= 500 ? 'api_error' : 'invalid_request_error';
}

function told(type: string, message: string): string {
  return JSON.stringify({ type: 'error', error: { type, message } });
}

export function errorEvent(exception: string, message: string): string {
  return `event: error\ndata: ${told(typeOf(exception) ?? 'api_error', message)}\n\n`;
}

/** Whether it is the model that this account cannot have, and not the account or the request that is at fault. */
export function kindOf({ status, headers, text }: UpstreamError): FailureKind | undefined {
  const name = String(headers['x-amzn-errortype'] ?? '');
  if (/servicequotaexceeded/i.test(name)) return 'rate-limit';
  if (status === 403 && /access to the model|not authorized to .*InvokeModel/i.test(text)) return 'model';
  if (status === 400 && /model identifier is invalid|on-demand throughput isn.t supported/i.test(text)) return 'model';
  return undefined;
}

const mostBytes = 64 * 1024;

/** `{"message": …}` as that API tells its errors; what is told so already, or is too long for an error, passes as it is. */
export function asDialectError(source: Source, exception: string, status: number): Source {
  return new Reworded(source, (text) => {
    const { message, Message, error } = parse(text);
    const words = message ?? Message;
    if (error !== undefined || typeof words !== 'string') return text;
    return told(typeOf(exception) ?? typeOfStatus(status), words);
  });
}

function parse(text: string): { message?: unknown; Message?: unknown; error?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    // Not JSON after all: told as it came.
    return {};
  }
}

class Reworded extends Between {
  readonly #reword: (text: string) => string;
  #chunks: Buffer[] | undefined = [];
  #bytes = 0;

  constructor(source: Source, reword: (text: string) => string) {
    super(source);
    this.#reword = reword;
  }

  data(chunk: Buffer): boolean {
    if (this.#chunks === undefined) return this.sink?.data(chunk) !== false;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= mostBytes) return true;
    return this.sink?.data(this.#taken()) !== false;
  }

  end(): void {
    if (this.#chunks !== undefined) this.sink?.data(Buffer.from(this.#reword(this.#taken().toString())));
    this.sink?.end();
  }

  fail(error: Error): void {
    this.sink?.fail(error);
  }

  #taken(): Buffer {
    const taken = Buffer.concat(this.#chunks ?? []);
    this.#chunks = undefined;
    return taken;
  }
}
