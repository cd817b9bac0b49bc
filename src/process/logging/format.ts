// How a line looks in a log: for people, for machines, or as web servers have always written theirs.
import type { CallRecord } from '../../core/index.ts';
import { unprintableInLine } from '../../core/printable.ts';
import type { Line } from '../../gateway/outbox.ts';

export type Format = 'text' | 'json' | 'access-log';

/** One line without its line feed, or undefined where the format has no place for it. */
export function formatLine(line: Line, format: Format): string | undefined {
  if (format === 'json') return formatJson(line);
  if (format === 'text') return formatText(line);
  return line.record === undefined ? undefined : formatAccess(line.record);
}

/** Put together from pieces: to copy a record for the sake of one field costs as much as to write it. */
function formatJson({ time, level, source, message, fields, record }: Line): string {
  const head = `{"time":"${isoTime(time)}","level":"${level}","source":${JSON.stringify(source)},"message":${JSON.stringify(message)}`;
  const request = record === undefined ? '' : `,"request":${formatRecord(record)}`;
  const more = fields === undefined ? '' : `,"fields":${JSON.stringify(fields)}`;
  return `${head}${request}${more}}`;
}

/** A quote inside a text is written `\"`, so the first `"time":` is the field. */
function formatRecord(record: CallRecord): string {
  return JSON.stringify(record).replace(`"time":${record.time}`, `"time":"${isoTime(record.time)}"`);
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}

function formatText(line: Line): string {
  const { time, level, source, record, fields } = line;
  const message = record === undefined ? line.message : summarise(record);
  const head = `${new Date(time).toISOString()} ${level.padEnd(5)} ${source.padEnd(8)}`;
  return `${head} ${oneLine(`${message}${formatFields(fields)}`)}`;
}

/** What a person wants to know of a request. */
function summarise(record: CallRecord): string {
  const last = record.attempts.at(-1);
  const parts = [
    `${record.method} ${record.path} ${record.status}`,
    `${Math.round(record.ms)} ms`,
    record.model === undefined ? undefined : `model=${record.model}`,
    last === undefined ? undefined : `via=${last.provider}/${last.account}`,
    record.attempts.length > 1 ? `attempts=${record.attempts.length}` : undefined,
    passedIn(record),
    record.usage === undefined ? undefined : `tokens=${record.usage.input}/${record.usage.output}`,
    record.key === undefined ? undefined : `key=${record.key}`,
    record.error === undefined ? undefined : `error=${record.error}`,
    record.outcome === 'aborted' ? 'aborted' : undefined,
    `id=${record.id}`,
    `trace=${record.traceId}`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** Enough of them to see why the request went where it went; the record names more. */
const mostPassed = 3;

function passedIn({ attempts, passed, passedCount }: CallRecord): string | undefined {
  const lists = [...attempts, { passed, passedCount }];
  const count = lists.reduce((sum, each) => sum + (each.passedCount ?? each.passed?.length ?? 0), 0);
  if (count === 0) return undefined;
  const named = lists.flatMap((each) => each.passed ?? []).slice(0, mostPassed);
  const words = named.map(({ provider, account, reason }) => `${provider}/${account}: ${reason}`);
  const more = count > named.length ? `; and ${count - named.length} more` : '';
  return `passed=${quoteIfNeeded(`${words.join('; ')}${more}`)}`;
}

function formatFields(fields: Line['fields']): string {
  const shown = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined);
  return shown.map(([name, value]) => ` ${name}=${quoteIfNeeded(String(value))}`).join('');
}

function quoteIfNeeded(text: string): string {
  return /^[^\s"=\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}

/** Further lines (a stack) are indented, so that no text from outside can pass for a line of the log. */
function oneLine(text: string): string {
  return text.replace(/\r?\n/g, '\n    ').replace(unprintableInLine, '?');
}

/**
 * Combined Log Format (https://httpd.apache.org/docs/current/logs.html#combined), then milliseconds, model and
 * input/output tokens. The client key stands where web servers put the user.
 */
function formatAccess(record: CallRecord): string {
  const request = `${record.method} ${record.path} HTTP/1.1`;
  const tokens = record.usage === undefined ? '-' : `${record.usage.input}/${record.usage.output}`;
  return [
    record.clientIp,
    '-',
    word(record.key),
    `[${clfTime(record.time)}]`,
    quoted(request),
    record.status,
    record.bytesOut,
    '"-"',
    quoted(record.userAgent || '-'),
    Math.round(record.ms),
    word(record.model),
    tokens,
  ].join(' ');
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21/Nov/2026:02:39:46 +0000`. */
function clfTime(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

function quoted(text: string): string {
  return `"${escapeText(text)}"`;
}

/** A field without blanks, `-` for none. */
function word(text: string | undefined): string {
  return text === undefined || text === '' ? '-' : escapeText(text).replaceAll(' ', '\\x20');
}

/** As Apache does it: quotes and backslashes escaped, control characters in hex. */
function escapeText(text: string): string {
  return text
    .replace(/["\\]/g, '\\$&')
    .replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
