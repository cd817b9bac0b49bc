// How a target stands, in words for records, messages to clients and explanations.
import type { CoolingCause, Standing } from './health.ts';

/** Where no status tells. */
const causes: Readonly<Record<CoolingCause, string>> = {
  credentials: 'its credentials were refused',
  forbidden: 'it was refused',
  model: 'it did not know the model',
  'rate-limit': 'a rate limit',
  unavailable: 'it was unavailable',
  overloaded: 'it was overloaded',
  failing: 'repeated failures',
  rule: 'an error that a rule names',
};

/** `cooling 42 s after 429`; undefined where nothing stands against it. `now`: epoch milliseconds. */
export function describeStanding(standing: Standing, now: number): string | undefined {
  if (standing.state === 'cooling') return `cooling ${describeSpan(standing.until - now)} after ${afterOf(standing)}`;
  return standing.state === 'tried' ? `being tried again after ${afterOf(standing)}` : undefined;
}

/** Milliseconds as `42 s`, `3 min`, `2 h`: rounded up, so that it is over when it says so. */
export function describeSpan(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds <= 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

function afterOf({ cause, status }: { readonly cause: CoolingCause; readonly status: number | undefined }): string {
  if (cause === 'failing') return causes.failing;
  return status === undefined ? causes[cause] : String(status);
}
