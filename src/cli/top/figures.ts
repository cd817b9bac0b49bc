// Numbers as a person reads them at a glance: three digits and a unit.

const none = '-';
const bars = '▁▂▃▄▅▆▇█';

/** `0.42`, `4.2`, `42`, `4.2k`, `42M`. */
export function short(value: number): string {
  if (value >= 1e9) return `${digits(value / 1e9)}G`;
  if (value >= 1e6) return `${digits(value / 1e6)}M`;
  if (value >= 1e4) return `${digits(value / 1e3)}k`;
  return digits(value);
}

/** `820 ms`, `12 s`, `3.1 min`, `3.0 h`, `12 d`. */
export function time(ms: number | undefined): string {
  if (ms === undefined) return none;
  if (ms < 1_000) return `${digits(ms)} ms`;
  if (ms < 120_000) return `${digits(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${digits(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${digits(ms / 3_600_000)} h` : `${digits(ms / 86_400_000)} d`;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? none : `${digits((part / whole) * 100)} %`;
}

export function dollars(micros: number): string {
  if (micros === 0) return '0';
  return (micros / 1e6).toFixed(micros >= 100e6 ? 0 : micros >= 1e6 ? 2 : 4);
}

/** One bar a value, the highest for the greatest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 0);
  if (most === 0) return bars.charAt(0).repeat(values.length);
  return values.map((value) => bars.charAt(Math.ceil((value / most) * (bars.length - 1)))).join('');
}

function digits(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (value < 1) return value.toFixed(2);
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
