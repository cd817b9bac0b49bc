// Limits as people write them (`60/m`, `200k/5m`, `5 USD/day`, `8`) -> `Limit`. The configuration and plugins read them
// here; the schemas' `x-limit` has `limitFault` refuse what is not one, so that `readLimits` meets only sound ones.
import type { Limit, LimitWindow, WindowUnit } from './limit.ts';
import { zoneNamed } from './time-zone.ts';

/** `limits:` as it stands in a configuration or in a plugin's settings. */
export interface LimitSettings {
  readonly requests?: string | readonly string[] | undefined;
  readonly rate?: RateSetting | readonly RateSetting[] | undefined;
  readonly tokens?: string | readonly string[] | undefined;
  readonly cost?: string | readonly string[] | undefined;
  readonly concurrency?: number | undefined;
  /** Time zone of the windows; UTC, or what the reader is told, where nothing is said. */
  readonly timezone?: string | undefined;
}

export type RateSetting = string | { readonly limit: string; readonly burst?: number | undefined };

/** What `x-limit` in a schema says of a value. */
export type LimitWord = Exclude<keyof LimitSettings, 'timezone'>;

const units: Readonly<Record<string, WindowUnit>> = {
  s: 'second',
  second: 'second',
  m: 'minute',
  minute: 'minute',
  h: 'hour',
  hour: 'hour',
  d: 'day',
  day: 'day',
  w: 'week',
  week: 'week',
  month: 'month',
  total: 'total',
};

const factors: Readonly<Record<string, number>> = { '': 1, k: 1000, M: 1_000_000 };
const examples: Readonly<Record<LimitWord, string>> = {
  requests: '60/m',
  rate: '10/s',
  tokens: '200k/m',
  cost: '5 USD/day',
  concurrency: '8',
};
const mostUnits = 10_000;
const local: ReadonlySet<WindowUnit> = new Set(['hour', 'day', 'week', 'month']);

/**
 * In the order they are written, kind by kind; `timezone` is what counts where they name none. Throws for what `limitFault`
 * would have refused, and for what is no time zone.
 */
export function readLimits(settings: LimitSettings | undefined, timezone?: string): readonly Limit[] {
  if (settings === undefined) return [];
  const { requests, rate, tokens, cost, concurrency } = settings;
  const zone = zoneNamed(settings.timezone ?? timezone);
  const limits = [
    ...listed(requests).map((text) => sound(readLimit('requests', text))),
    ...listed(rate).map((text) => sound(readLimit('rate', text))),
    ...listed(tokens).map((text) => sound(readLimit('tokens', text))),
    ...listed(cost).map((text) => sound(readLimit('cost', text))),
    ...listed(concurrency).map((number) => sound(readLimit('concurrency', number))),
  ];
  return zone === undefined ? limits : limits.map((limit) => inZone(limit, zone));
}

/** Minutes begin everywhere at once, and what slides stands on no clock. */
function inZone(limit: Limit, zone: string): Limit {
  const { window } = limit;
  return window === undefined || !standsOnLocalClock(window) ? limit : { ...limit, window: { ...window, zone } };
}

/** Whether the time zone says when this window begins. */
function standsOnLocalClock({ shape, unit }: LimitWindow): boolean {
  return shape === 'fixed' && local.has(unit);
}

/**
 * What is wrong with one entry and how to write it, or undefined. A list is looked at for two limits in one window only,
 * and `{ limit, burst }` not at all: a schema speaks of what is inside.
 */
export function limitFault(word: LimitWord, value: unknown): string | undefined {
  if (word === 'rate' && typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
  if (!Array.isArray(value)) {
    const limit = readLimit(word, value);
    return typeof limit === 'string' ? limit : undefined;
  }
  if (word === 'concurrency') return 'must be one number, such as 8, not a list';
  const seen = new Set<string>();
  for (const entry of value) {
    const limit = readLimit(word, entry);
    if (typeof limit === 'string') continue;
    const window = JSON.stringify(limit.window);
    if (seen.has(window))
      return `must have one limit per window: ${describe(limit)} is limited twice; keep one of them`;
    seen.add(window);
  }
  return undefined;
}

/** The limit, or what is wrong. */
function readLimit(word: LimitWord, value: unknown): Limit | string {
  if (word === 'concurrency') return readConcurrency(value);
  if (word === 'rate' && typeof value === 'object' && value !== null && !Array.isArray(value)) return readRate(value);
  if (typeof value === 'number') return withoutWindow(word, value);
  if (typeof value !== 'string') return `must be ${wanted(word)}`;
  const [amountText = '', windowText, ...rest] = value.split('/');
  if (windowText === undefined) return withoutWindow(word, value);
  const window = readWindow(word, windowText);
  if (rest.length > 0) return `must be ${wanted(word)}, with one "/"`;
  const amount = word === 'cost' ? readDollars(amountText, windowText) : readCount(word, amountText, windowText);
  if (typeof amount === 'string') return amount;
  if (typeof window === 'string') return window;
  return word === 'rate'
    ? { kind: 'requests', amount, window, burst: amount }
    : { kind: word, amount, window, burst: undefined };
}

function readConcurrency(value: unknown): Limit | string {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    return 'must be a whole number of requests at the same time, 1 or more, such as 8';
  }
  return { kind: 'concurrency', amount: value, window: undefined, burst: undefined };
}

function readRate(value: object): Limit | string {
  const { limit: text, burst } = value as { limit?: unknown; burst?: unknown };
  const limit = readLimit('rate', text);
  if (typeof limit === 'string' || burst === undefined) return limit;
  if (typeof burst === 'number' && Number.isSafeInteger(burst) && burst >= 1) return { ...limit, burst };
  return 'the burst must be a whole number of requests, 1 or more';
}

function readWindow(word: LimitWord, text: string): LimitWindow | string {
  const [, digits = '', name = ''] = /^\s*(\d*)\s*([A-Za-z]*)\s*$/.exec(text) ?? [];
  const unit = Object.hasOwn(units, name) ? units[name] : undefined;
  if (unit === undefined) {
    return `${JSON.stringify(short(text.trim()))} is no span of time here; write s, m, h, d, w, month or total, as in ${examples[word]}`;
  }
  const count = digits === '' ? 1 : Number(digits);
  const endless = unit === 'month' || unit === 'total';
  if (endless && digits !== '') return `takes no number before "${unit}"; write /${unit}`;
  if (count < 1 || count > mostUnits) return `the number of ${unit}s must be between 1 and ${mostUnits}`;
  if (word !== 'rate') return { shape: 'fixed', unit, count };
  if (endless) return `a rate is counted per s, m, h, d or w; for a limit with /${unit} use \`requests\``;
  return { shape: 'rate', unit, count };
}

function readCount(word: LimitWord, text: string, window: string): number | string {
  if (/USD|\$/.test(text)) return `must be ${wanted(word)}, not money; that is \`cost\``;
  const [, digits, suffix = ''] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text) ?? [];
  const factor = Object.hasOwn(factors, suffix) ? factors[suffix] : undefined;
  if (/\d[,_]\d/.test(text)) return `must be written without commas, such as 1000 or 1k: ${wanted(word)}`;
  if (digits === undefined || factor === undefined) return `must be ${wanted(word)}`;
  const amount = Math.round(Number(digits) * factor * 1000) / 1000;
  if (amount === 0) return `must be more than 0; to refuse all requests use \`enabled: false\` or take the route away`;
  if (!Number.isInteger(amount)) {
    return `must be a whole number of ${word === 'tokens' ? 'tokens' : 'requests'}; write it over a longer time than ${JSON.stringify(short(window.trim()))}, as in 1/10m`;
  }
  return amount <= Number.MAX_SAFE_INTEGER ? amount : 'is larger than can be counted';
}

/** Micro-dollars. */
function readDollars(text: string, window: string): number | string {
  const [, digits, suffix = '', currency] = /^\s*(\d+(?:\.\d+)?)\s*([kM]?)\s*(USD)?\s*$/.exec(text) ?? [];
  if (digits === undefined) {
    if (/\d,\d/.test(text))
      return 'must be written without commas, and with a point before the cents: 1500.50 USD/month';
    const [bare] = /\d+(\.\d+)?/.exec(text.startsWith('-') ? '' : text) ?? [];
    return bare === undefined
      ? `must be ${wanted('cost')}`
      : `must name the currency as USD; write ${bare} USD/${window.trim()}`;
  }
  if (currency === undefined) return `must name its currency; write ${digits}${suffix} USD/${window.trim()}`;
  const amount = Number((Number(digits) * (factors[suffix] ?? 1) * 1e6).toFixed(3));
  if (amount === 0)
    return 'must be more than 0 USD; to refuse all requests use `enabled: false` or take the route away';
  if (!Number.isInteger(amount)) return 'is counted in millionths of a dollar; write no more than six decimals';
  return amount <= Number.MAX_SAFE_INTEGER ? amount : 'is larger than can be counted';
}

function withoutWindow(word: LimitWord, value: string | number): string {
  const text = String(value).trim();
  if (!/^\d+(\.\d+)?\s*[kM]?(\s*USD)?$/.test(text)) return `must be ${wanted(word)}`;
  const money = word === 'cost' && !text.endsWith('USD') ? ' USD' : '';
  if (word === 'rate') return `must say in which time; write ${text}/s, ${text}/m or ${text}/h`;
  return `must say in which time; write ${text}${money}/m, ${text}${money}/day or ${text}${money}/total`;
}

function wanted(word: LimitWord): string {
  const what = { requests: 'requests', rate: 'requests', tokens: 'tokens', cost: 'dollars', concurrency: 'requests' };
  return `a number of ${what[word]} and a time, such as ${examples[word]}`;
}

function describe({ kind, window }: Limit): string {
  return `${kind} per ${window === undefined || window.count === 1 ? '' : `${window.count} `}${window?.unit ?? ''}`;
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function listed<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function sound(limit: Limit | string): Limit {
  if (typeof limit === 'string') throw new Error(`a limit ${limit}`);
  return limit;
}
