// Time spans and amounts as people write them -> milliseconds and bytes. The schema has checked their form.

const spans: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const amounts: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** Milliseconds of `30s`, or of a plain number of milliseconds. */
export function milliseconds(text: string | number): number {
  return measure(text, spans);
}

/** Bytes of `32 MiB`, or of a plain number of bytes. */
export function bytes(text: string | number): number {
  return measure(text, amounts);
}

function measure(text: string | number, units: Readonly<Record<string, number>>): number {
  if (typeof text === 'number') return text;
  const [, number, unit] = /^([\d.]+)\s*([A-Za-z]*)$/.exec(text) ?? [];
  return Math.round(Number(number) * (units[unit ?? ''] ?? 1));
}
