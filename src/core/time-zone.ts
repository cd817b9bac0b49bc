// Names of time zones, as the IANA database has them.

/** What UTC is called; no name stands for it too. */
const universal: ReadonlySet<string> = new Set(['UTC', 'GMT', 'Etc/UTC', 'Etc/GMT']);

/** Whether this is the name of a time zone; offsets such as `+01:00` are none: they know no summer. */
export function isTimeZone(text: string): boolean {
  return resolved(text) !== undefined;
}

/** A zone's name in its usual letters; undefined for UTC. Throws for what is no time zone. */
export function zoneNamed(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const zone = resolved(text);
  if (zone === undefined) throw new Error(`${text} is no time zone`);
  if (universal.has(zone)) return undefined;
  // Some old names are still what others resolve to: then the name stays as it was written.
  return zone.toLowerCase() === text.toLowerCase() ? zone : text;
}

function resolved(text: string): string | undefined {
  if (!/^[A-Za-z]/.test(text)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
