// Arguments that Vertex streams value by value (`streamFunctionCallArguments`), each at its JSON path.

interface PartialArgument {
  readonly jsonPath: string;
  readonly stringValue?: string;
  readonly numberValue?: number;
  readonly boolValue?: boolean;
  readonly nullValue?: unknown;
}

export interface Grown {
  readonly partialArgs?: readonly PartialArgument[];
}

/** JSON in, JSON out: strings are appended to what stands there, other values are put. */
export function grow(json: string, { partialArgs = [] }: Grown): string {
  const root: Record<string, unknown> = JSON.parse(json);
  for (const { jsonPath, stringValue, numberValue, boolValue } of partialArgs) {
    const keys = [...jsonPath.matchAll(/[^$.[\]'"]+/g)].map(([key]) => (/^\d+$/.test(key) ? Number(key) : key));
    let at: Record<string | number, unknown> = root;
    for (const [index, key] of keys.slice(0, -1).entries()) {
      at[key] ??= typeof keys[index + 1] === 'number' ? [] : {};
      at = at[key] as Record<string | number, unknown>;
    }
    const last = keys.at(-1) ?? '';
    const before = at[last];
    at[last] =
      stringValue === undefined
        ? (numberValue ?? boolValue ?? null)
        : (typeof before === 'string' ? before : '') + stringValue;
  }
  return JSON.stringify(root);
}
