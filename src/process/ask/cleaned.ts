// Plain data with the secrets taken out of every text in it.

export function cleaned<Value>(value: Value, clean: (dirty: string) => string): Value {
  return walk(value, clean) as Value;
}

function walk(value: unknown, clean: (dirty: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => walk(each, clean));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [clean(name), walk(each, clean)]));
}
