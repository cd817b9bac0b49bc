// What the mock is told to do: settings of the instance, then what chance has in store, then the model's
// name, then the request's `x-mock` header.

export interface Script {
  readonly latency?: number;
  readonly pace?: number;
  readonly chunks?: number;
  readonly text?: string;
  readonly bytes?: number;
  readonly tool?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly usage?: string;
  readonly error?: number;
  readonly message?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly fail?: number;
  readonly truncate?: number;
  readonly reset?: number;
  readonly hang?: 'head' | 'body';
  /** Call the first tool the request offers. Set by the model `mock-tools`. */
  readonly anyTool?: boolean;
  // Set by chaos alone:
  /** No head comes: the connection breaks, an answer of somebody else's comes, or something that is not HTTP. */
  readonly broken?: 'reset' | 'malformed' | 'no-http';
  /** Status of an answer that is no stream. */
  readonly wholeError?: number;
  /** Nothing more comes after so many pieces of output (bytes of a JSON answer). */
  readonly stall?: number;
  /** What comes after so many pieces of output (bytes of a JSON answer) cannot be read. */
  readonly spoil?: number;
}

/** A header the mock cannot read; told to the client as a 400. */
export class BadScript extends Error {}

/** The same bounds as in schema.json. */
const numbers: Readonly<Record<string, readonly [least: number, most: number]>> = {
  latency: [0, 3_600_000],
  pace: [0, 3_600_000],
  chunks: [1, 1_000_000],
  bytes: [1, 1_073_741_824],
  error: [400, 599],
  retryAfter: [0, Number.MAX_SAFE_INTEGER],
  fail: [0, Number.MAX_SAFE_INTEGER],
  truncate: [0, Number.MAX_SAFE_INTEGER],
  reset: [0, Number.MAX_SAFE_INTEGER],
};

const words: Readonly<Record<string, RegExp>> = {
  text: /^/,
  message: /^/,
  tool: /./,
  usage: /^(\d+\/\d+|none)$/,
  hang: /^(head|body)$/,
};

const models: Readonly<Record<string, Script>> = {
  'mock-slow': { latency: 1000, pace: 100 },
  'mock-tools': { anyTool: true },
  'mock-truncated': { truncate: 2, chunks: 5 },
  'mock-reset': { reset: 2, chunks: 5 },
  'mock-hang': { hang: 'head' },
};

/** The later ones count: `settings` are those of the instance, and what chaos did to them. */
export function readScript(settings: readonly Script[], model: string, header: string | undefined): Script {
  return Object.assign({}, ...settings, scriptOfModel(model), header === undefined ? {} : parseHeader(header));
}

function scriptOfModel(model: string): Script {
  const status = /^mock-error-([45]\d\d)$/.exec(model)?.[1];
  if (status !== undefined) return { error: Number(status) };
  return models[model] ?? {};
}

/** `latency=200, tool=get_weather, arguments={"city":"Paris"}`, or one JSON object. */
function parseHeader(header: string): Script {
  if (header.trimStart().startsWith('{')) return check(parseJson(header, 'x-mock'));
  const entries = splitPairs(header).map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new BadScript(`x-mock: "${pair}" is not name=value`);
    return readPair(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  });
  return check(Object.fromEntries(entries));
}

function readPair(name: string, text: string): [string, unknown] {
  if (name === 'retry-after') return ['retryAfter', Number(text)];
  if (name === 'arguments') return [name, parseJson(text, name)];
  return [name, name in numbers ? Number(text) : text];
}

/** Splits at commas outside braces and quotes, so that arguments may be JSON. */
function splitPairs(header: string): string[] {
  const pairs: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < header.length; at++) {
    const letter = header[at];
    if (letter === '\\' && quoted) at++;
    else if (letter === '"' && depth > 0) quoted = !quoted;
    else if (!quoted && (letter === '{' || letter === '[')) depth++;
    else if (!quoted && (letter === '}' || letter === ']')) depth--;
    else if (letter === ',' && depth === 0 && !quoted) {
      pairs.push(header.slice(start, at));
      start = at + 1;
    }
  }
  return [...pairs, header.slice(start)].map((pair) => pair.trim()).filter((pair) => pair !== '');
}

function check(script: Record<string, unknown>): Script {
  for (const [name, value] of Object.entries(script)) {
    const [least = Number.NaN, most = Number.NaN] = numbers[name] ?? [];
    if (typeof value === 'number' && value >= least && value <= most) continue;
    if (typeof value === 'string' && words[name]?.test(value)) continue;
    if (name === 'arguments' && typeof value === 'object' && value !== null) continue;
    throw new BadScript(`x-mock: "${name}" is unknown or has a value it cannot have`);
  }
  return script;
}

function parseJson(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (error) {
    throw new BadScript(`${name} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  throw new BadScript(`${name} is not a JSON object`);
}
