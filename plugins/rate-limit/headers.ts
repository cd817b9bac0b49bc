// Where the tightest limits stand, in the headers each dialect's clients read.
import type { Call, CallContext, Claim, Reading } from 'portico';

const kinds = ['requests', 'tokens'] as const;

/** Header -> value. */
export type Standing = Readonly<Record<string, string>>;

export function standingOf(call: Call, claims: readonly Claim[], readings: readonly Reading[]): Standing {
  const told: Record<string, string> = {};
  for (const kind of kinds) {
    const reading = tightest(kind, claims, readings);
    if (reading === undefined) continue;
    Object.assign(told, call.dialect === 'anthropic-messages' ? anthropic(kind, reading) : openai(kind, reading, call));
  }
  return told;
}

/**
 * Puts them on the answer, in the place of what the upstream tells of an account that others use too. On the reply itself
 * where there is one: headers on the context make node write the head in its slow way. An error has no reply yet.
 */
export function tellOf(ctx: CallContext, told: Standing, answered: boolean): void {
  const headers = ctx.call.reply?.headers;
  if (!answered || headers === undefined) return ctx.set(told);
  for (const name in headers) {
    if (name.startsWith('x-ratelimit-') || name.startsWith('anthropic-ratelimit-')) delete headers[name];
  }
  Object.assign(headers, told);
}

/** Of the limits of one kind the one with the least left; of equals the one that lasts longest. */
function tightest(kind: string, claims: readonly Claim[], readings: readonly Reading[]): Reading | undefined {
  let found: Reading | undefined;
  claims.forEach(({ limit }, index) => {
    const reading = readings[index];
    if (reading === undefined || limit.kind !== kind) return;
    if (found === undefined || isTighter(reading, found)) found = reading;
  });
  return found;
}

function isTighter(one: Reading, other: Reading): boolean {
  if (one.remaining !== other.remaining) return one.remaining < other.remaining;
  return (one.resetsAt ?? Number.POSITIVE_INFINITY) > (other.resetsAt ?? Number.POSITIVE_INFINITY);
}

/** https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers */
function openai(kind: string, { limit, remaining, resetsAt }: Reading, { clock }: Call): Record<string, string> {
  return {
    [`x-ratelimit-limit-${kind}`]: String(limit),
    [`x-ratelimit-remaining-${kind}`]: String(whole(remaining)),
    ...(resetsAt === undefined ? {} : { [`x-ratelimit-reset-${kind}`]: span(resetsAt - clock.now()) }),
  };
}

/** https://docs.anthropic.com/en/api/rate-limits#response-headers */
function anthropic(kind: string, { limit, remaining, resetsAt }: Reading): Record<string, string> {
  const name = `anthropic-ratelimit-${kind}`;
  return {
    [`${name}-limit`]: String(limit),
    [`${name}-remaining`]: String(whole(remaining)),
    ...(resetsAt === undefined ? {} : { [`${name}-reset`]: moment(resetsAt) }),
  };
}

function whole(remaining: number): number {
  return Math.max(0, Math.floor(remaining));
}

/** RFC 3339, to the second; never before it is so. */
function moment(at: number): string {
  return new Date(Math.ceil(at / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** `20ms`, `1.5s`, `6m0s`, `23h59m59s`: the way Go writes a duration. */
export function span(ms: number): string {
  const left = Math.max(0, Math.ceil(ms));
  if (left < 1000) return left === 0 ? '0s' : `${left}ms`;
  const seconds = (left % 60_000) / 1000;
  const minutes = Math.floor(left / 60_000) % 60;
  const hours = Math.floor(left / 3_600_000);
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
