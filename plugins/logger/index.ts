// Hands a line about a request to the log outputs once the answer is complete. Nothing here is waited for.
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Call,
  type CallRecord,
  type Explainer,
  type Fields,
  type Host,
  type PluginHandler,
  plugin,
} from 'portico';

interface Config {
  readonly sample: number;
  readonly errors: 'always' | 'sampled';
  /** Milliseconds; 0 is off. */
  readonly slow: number;
  readonly headers: readonly string[];
  readonly redact: readonly string[];
}

const mask = '***';
const credentials = ['authorization', 'proxy-authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'cookie'];

function logger({ sample, errors, slow, headers, redact }: Config, host: Host): PluginHandler {
  const names = headers.map((name) => name.toLowerCase());
  const masked = new Set([...credentials, ...redact.map((name) => name.toLowerCase())]);

  const wanted = (record: CallRecord): boolean => {
    if (errors === 'always' && record.outcome !== 'ok') return true;
    if (slow > 0 && record.ms >= slow) return true;
    return share(record.id) < sample;
  };

  const write = (call: Call, fields: Fields | undefined): void => {
    const record = call.record();
    if (wanted(record)) host.logRequest(redact.length === 0 ? record : maskFields(record, masked), fields);
  };

  return function logger(ctx, next) {
    const { call } = ctx;
    // Read now: the request may be gone when the answer is complete.
    const fields = names.length === 0 ? undefined : pickHeaders(ctx.req.headers, names, masked);
    void call.done.then(() => write(call, fields));
    return next();
  };
}

function explain({ sample, errors }: Config): Explainer {
  return function logger(_ctx, tell) {
    const share = sample >= 1 ? 'a line' : `a line for ${Math.round(sample * 100)} of 100 requests`;
    tell({
      verdict: 'passes',
      text: `writes ${share}${errors === 'always' && sample < 1 ? ', and for all that fail' : ''}`,
    });
  };
}

export default plugin<Config>(logger, { explain });

function pickHeaders(headers: IncomingHttpHeaders, names: readonly string[], masked: ReadonlySet<string>): Fields {
  const fields: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) fields[name] = masked.has(name) ? mask : String(value);
  }
  return fields;
}

function maskFields(record: CallRecord, masked: ReadonlySet<string>): CallRecord {
  const hidden = Object.entries(record).filter(
    ([name, value]) => typeof value === 'string' && masked.has(name.toLowerCase()),
  );
  if (hidden.length === 0) return record;
  return { ...record, ...Object.fromEntries(hidden.map(([name]) => [name, mask])) };
}

/** Where the call lies between 0 and 1: the same for the same id, so that several gateways sample alike. */
function share(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
