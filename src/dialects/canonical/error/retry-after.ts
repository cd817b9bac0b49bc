// How long an upstream asks to wait: its headers, its details, or the words of its text. Milliseconds, at most 30 minutes.

type Headers = Readonly<Record<string, string | string[]>>;

const longest = 30 * 60_000;

export function retryAfterOf(headers: Headers, detail: number | undefined, text: string): number | undefined {
  const found = exact(headers['retry-after-ms']) ?? seconds(headers) ?? detail ?? inWords(text);
  return found === undefined ? undefined : Math.min(found, longest);
}

function exact(value: string | string[] | undefined): number | undefined {
  const ms = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  // Azure sends `retry-after-ms: 0` beside a true `retry-after`.
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : undefined;
}

/** Seconds, or a date: that is seen from the upstream's own clock, so that ours need not agree. */
function seconds(headers: Headers): number | undefined {
  const value = headers['retry-after'];
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const plain = Number(value);
  if (Number.isFinite(plain)) return plain >= 0 ? Math.round(plain * 1000) : undefined;
  const ms = Date.parse(value) - Date.parse(String(headers.date));
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** "Please try again in 6m0.5s", "Please retry in 34.4s", "try again in 200ms". */
function inWords(text: string): number | undefined {
  const found =
    /\b(?:try again|retry) (?:in|after) (?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?) ?(ms|s\b|sec))?/i.exec(text);
  if (found === null) return undefined;
  const [, hours, minutes, rest, unit] = found;
  if (hours === undefined && minutes === undefined && rest === undefined) return undefined;
  const last = Number(rest ?? 0) * (unit === 'ms' ? 1 : 1000);
  return Math.ceil(Number(hours ?? 0) * 3_600_000 + Number(minutes ?? 0) * 60_000 + last);
}
