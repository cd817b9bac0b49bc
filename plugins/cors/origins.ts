// Which origins may call. Browsers send an origin in lower case, without a default port and without a path.

const labels = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/** True for an origin of the list; `https://*.example.com` stands for any depth below example.com, not for itself. */
export function originMatcher(origins: readonly string[]): (origin: string) => boolean {
  const written = origins.map(asSent);
  const exact = new Set(written.filter((origin) => !origin.includes('*')));
  const below = written
    .map((origin) => origin.split('*'))
    .flatMap(([before, after]) => (before === undefined || !after ? [] : [{ before, after }]));
  return (origin) => {
    if (exact.has(origin)) return true;
    return below.some(
      ({ before, after }) =>
        origin.startsWith(before) && origin.endsWith(after) && labels.test(origin.slice(before.length, -after.length)),
    );
  };
}

/** As a browser would write it. */
function asSent(origin: string): string {
  const lower = origin.toLowerCase();
  if (lower.startsWith('https://')) return lower.replace(/:0*443$/, '');
  return lower.startsWith('http://') ? lower.replace(/:0*80$/, '') : lower;
}
