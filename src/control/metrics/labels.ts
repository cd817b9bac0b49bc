// What may stand in a label: names of the configuration and words of short fixed lists, so many and no more. Whatever
// else turns up counts as `other`, so that nobody outside can make the number of series grow.
import { STATUS_CODES } from 'node:http';
import { type AttemptRecord, errors } from '../../core/index.ts';

export const other = 'other';

/** Statuses in use that node has no name for: a client that left, an upstream that is overloaded, and the like. */
const moreStatuses = new Set([499, 520, 521, 522, 523, 524, 525, 526, 529, 530]);

const ofUpstream = 'timeout connect rate-limit server auth model'.split(' ');
const ofRequest = 'context-length content-policy caller untranslatable gone discarded'.split(' ');
const results = new Set([...ofUpstream, ...ofRequest]);

/** Names of one kind. Those that have been used stay good after a reload: their series are there already. */
export class Names {
  readonly #most: number;
  readonly #used = new Set<string>();
  #allowed: ReadonlySet<string> = new Set();

  constructor(most: number) {
    this.#most = most;
  }

  allow(names: readonly string[]): void {
    this.#allowed = new Set(names);
  }

  label(name: string): string {
    if (this.#used.has(name)) return name;
    if (!this.#allowed.has(name) || this.#used.size >= this.#most) return other;
    this.#used.add(name);
    return name;
  }
}

export function statusLabel(status: number): string {
  if (STATUS_CODES[status] !== undefined || moreStatuses.has(status)) return String(status);
  return status >= 100 && status < 600 ? `${Math.floor(status / 100)}xx` : other;
}

export function errorLabel(code: string): string {
  return Object.hasOwn(errors, code) ? code : other;
}

/** `ok`, or the kind of failure: `server` of `server (500)`; what was never sent has names of its own for two of them. */
export function resultLabel({ failure, sent }: AttemptRecord): string {
  if (failure === undefined) return 'ok';
  const kind = failure.split(' ', 1)[0] ?? '';
  if (!sent && kind === 'rate-limit') return 'limit';
  if (!sent && kind === 'server') return 'unavailable';
  return results.has(kind) ? kind : other;
}
