// Names with `*` as a wildcard, as keys and routes write them.

const compiled = new Map<string, RegExp>();

/** Whether any pattern matches the whole name. No patterns given: everything matches. */
export function allows(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name;
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    // Runs of stars are one: `a**b` must not become a slow expression.
    const parts = pattern.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    regex = new RegExp(`^${parts.join('.*')}$`, 's');
    if (compiled.size > 10_000) compiled.clear();
    compiled.set(pattern, regex);
  }
  return regex.test(name);
}
