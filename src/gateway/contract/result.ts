// What a check found, and how one is written: it returns what is wrong, or nothing.

export interface CheckResult {
  /** `openai-chat chat: credentials`. */
  readonly name: string;
  readonly ok: boolean;
  /** What is wrong; what was seen where that is worth knowing; else empty. */
  readonly detail: string;
}

/** The first of these that is wrong, as a sentence. */
export type Wrong = string | undefined;

export function resultOf(name: string, wrong: Wrong, seen = ''): CheckResult {
  return { name, ok: wrong === undefined, detail: wrong ?? seen };
}

/** Two values as one sentence, or nothing where they are the same. */
export function differs(what: string, wanted: unknown, got: unknown): Wrong {
  if (wanted === got) return undefined;
  return `${what} should be ${show(wanted)}, is ${show(got)}`;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined || text === '') return 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}
