// Names of the response headers a page may read. HTTP has no `x-ratelimit-*`: it is spelled out from what the answer has.

export function exposed(wanted: readonly string[], present: readonly string[]): string[] {
  const names = wanted.flatMap((name) => {
    if (!name.endsWith('*')) return [name.toLowerCase()];
    const beginning = name.slice(0, -1).toLowerCase();
    return present.filter((one) => one.toLowerCase().startsWith(beginning));
  });
  return [...new Set(names)];
}
