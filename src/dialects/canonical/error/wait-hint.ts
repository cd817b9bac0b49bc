// What the headers of an error tell of when to ask again. One reader for all dialects: vendors speak one and limit in the
// manner of another.
import { untilThen } from './moment.ts';

type Headers = Readonly<Record<string, string | string[]>>;

export interface WaitHint {
  /** Milliseconds that `retry-after-ms` or `retry-after` names. */
  readonly asked: number | undefined;
  /** Milliseconds until the last of the limits that are used up begins anew. */
  readonly reset: number | undefined;
  /** A header that says when in a form that is not known. */
  readonly unread: string | undefined;
}

/** Each with the name of the limit as its group, and where it stands how much is left. */
const families: readonly { readonly reset: RegExp; readonly remaining: string; readonly status?: string }[] = [
  // https://docs.anthropic.com/en/api/rate-limits; `unified` is that of subscriptions, with a status instead of a rest.
  {
    reset: /^anthropic-ratelimit-(.+)-reset$/,
    remaining: 'anthropic-ratelimit-*-remaining',
    status: 'anthropic-ratelimit-*-status',
  },
  // https://platform.openai.com/docs/guides/rate-limits; without a name in many gateways.
  { reset: /^x-ratelimit-reset(-.+)?$/, remaining: 'x-ratelimit-remaining*' },
  { reset: /^ratelimit-reset(-.+)?$/, remaining: 'ratelimit-remaining*' },
];

/** `now` in epoch milliseconds; times are seen from the upstream's own clock where it tells that. */
export function waitHintOf(headers: Headers, now: number): WaitHint {
  const theirs = Date.parse(String(headers.date));
  const then = Number.isFinite(theirs) ? theirs : now;
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  // Beside a true `retry-after` some send a 0 here.
  if (exact > 0 && Number.isFinite(exact)) return { asked: Math.round(exact), reset: undefined, unread: undefined };
  let unread: string | undefined;
  let asked: number | undefined;
  const after = headers['retry-after'];
  if (typeof after === 'string') {
    asked = untilThen(after, then);
    // Who says 0 may still name the limit that is used up.
    if (asked !== undefined && asked > 0) return { asked, reset: undefined, unread };
    if (asked === undefined) unread = 'retry-after';
  }
  let reset: number | undefined;
  for (const name of usedUp(headers)) {
    const ms = untilThen(String(headers[name]), then);
    if (ms === undefined) unread ??= name;
    else reset = Math.max(reset ?? 0, ms);
  }
  return { asked, reset, unread };
}

/** Headers that say when a limit begins anew of which nothing is left, as far as that is told. */
function* usedUp(headers: Headers): Generator<string> {
  for (const name in headers) {
    for (const { reset, remaining, status } of families) {
      const found = reset.exec(name);
      if (found === null) continue;
      const of = found[1] ?? '';
      const left = headers[remaining.replace('*', of)];
      const standing = status && headers[status.replace('*', of)];
      if (left === undefined ? !String(standing ?? '').startsWith('allowed') : Number(left) === 0) yield name;
    }
  }
}
