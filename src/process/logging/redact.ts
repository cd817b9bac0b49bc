// Takes known secrets out of text that is about to be shown. Tokens come and go by the thousand, so they are looked up by how
// they begin: a pattern of all of them would have to be compiled anew whenever one is refreshed.

const mask = '***';
/** Shorter values would blot out ordinary words; a credential is never that short. */
const shortest = 6;
/** Secrets that were in use once: whoever began with them may still speak. */
const remembered = 10_000;
/** Letters of a beginning that are looked at together. */
const block = 3;
const longestStep = shortest - block + 1;
const blocks = 2 ** 16;
/** Secrets that were forgotten, until the steps are worked out anew. */
const mostStale = 1000;

export class Redactor {
  /** Those that were told of longest ago first. */
  readonly #secrets = new Set<string>();
  /** Whose are not forgotten, however many others there are. */
  readonly #owned = new Map<string, ReadonlySet<string>>();
  /** By how they begin, the longest first. */
  readonly #beginnings = new Map<string, string[]>();
  /** By a block of the text: how far it is from there to the end of the next beginning, at least (Wu and Manber, 1994). */
  readonly #steps = new Uint8Array(blocks).fill(longestStep);
  #stale = 0;

  /** Masks these too, until ten thousand others were added. */
  add(secrets: readonly string[]): void {
    for (const secret of formsOf(secrets)) this.#remember(secret);
    this.#forget();
  }

  /** Masks these for as long as their owner has not others in their place; then as those that were added. */
  keep(owner: string, secrets: readonly string[]): void {
    for (const secret of this.#owned.get(owner) ?? []) this.#remember(secret);
    this.#owned.set(owner, new Set(formsOf(secrets)));
    this.add(secrets);
  }

  clean(text: string): string {
    let cleaned = '';
    let from = 0;
    let at = 0;
    while (at <= text.length - shortest) {
      const step = this.#steps[blockAt(text, at + shortest - block)] ?? 0;
      const found = step === 0 ? this.#secretAt(text, at) : undefined;
      if (found === undefined) {
        at += step || 1;
        continue;
      }
      cleaned += text.slice(from, at) + mask;
      at += found.length;
      from = at;
    }
    return from === 0 ? text : cleaned + text.slice(from);
  }

  #secretAt(text: string, at: number): string | undefined {
    return this.#beginnings.get(text.slice(at, at + shortest))?.find((secret) => text.startsWith(secret, at));
  }

  #remember(secret: string): void {
    // To the end of the row, where it was there before.
    const known = this.#secrets.delete(secret);
    this.#secrets.add(secret);
    if (known) return;
    const beginning = secret.slice(0, shortest);
    const alike = this.#beginnings.get(beginning) ?? [];
    if (alike.length === 0) {
      this.#beginnings.set(beginning, alike);
      this.#step(beginning);
    }
    const place = alike.findIndex(({ length }) => length <= secret.length);
    alike.splice(place === -1 ? alike.length : place, 0, secret);
  }

  #forget(): void {
    if (this.#secrets.size <= remembered) return;
    const owned = new Set([...this.#owned.values()].flatMap((secrets) => [...secrets]));
    let surplus = this.#secrets.size - owned.size - remembered;
    for (const secret of this.#secrets) {
      if (surplus <= 0) return;
      if (owned.has(secret)) continue;
      this.#secrets.delete(secret);
      this.#unlist(secret);
      surplus -= 1;
    }
  }

  #unlist(secret: string): void {
    const beginning = secret.slice(0, shortest);
    const alike = this.#beginnings.get(beginning) ?? [];
    alike.splice(alike.indexOf(secret), 1);
    if (alike.length > 0) return;
    this.#beginnings.delete(beginning);
    // A step that is shorter than it could be costs a look, no secret.
    this.#stale += 1;
    if (this.#stale < mostStale) return;
    this.#stale = 0;
    this.#steps.fill(longestStep);
    for (const other of this.#beginnings.keys()) this.#step(other);
  }

  #step(beginning: string): void {
    for (let at = 0; at < longestStep; at += 1) {
      const place = blockAt(beginning, at);
      this.#steps[place] = Math.min(this.#steps[place] ?? 0, longestStep - 1 - at);
    }
  }
}

/** As they are, and as they stand inside a JSON text. */
function formsOf(secrets: readonly string[]): string[] {
  const long = secrets.filter(({ length }) => length >= shortest);
  return long.flatMap((secret) => {
    const quoted = JSON.stringify(secret).slice(1, -1);
    return quoted === secret ? [secret] : [secret, quoted];
  });
}

/** A small number for the block that begins there. */
function blockAt(text: string, at: number): number {
  const two = Math.imul(text.charCodeAt(at), 31) + text.charCodeAt(at + 1);
  return (Math.imul(two, 31) + text.charCodeAt(at + 2)) & (blocks - 1);
}
