// Takes known secrets out of text that is about to be shown. Tokens come and go by the thousand, so they are looked up by how
// they begin: a pattern of all of them would have to be compiled anew whenever one is refreshed.

const mask = '***';
/** Shorter values would blot out ordinary words; a credential is never that short. */
const shortest = 6;
/** Secrets that were in use once: whoever began with them may still speak. */
const remembered = 10_000;
const marks = 2 ** 16;

export class Redactor {
  /** Those that were told of longest ago first. */
  readonly #secrets = new Set<string>();
  /** Whose are not forgotten, however many others there are. */
  readonly #owned = new Map<string, ReadonlySet<string>>();
  /** By how they begin, the longest first. */
  readonly #beginnings = new Map<string, string[]>();
  /** How many beginnings have this mark: most places of a text have one that none has. */
  readonly #marked = new Uint32Array(marks);

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
    for (let at = 0; at <= text.length - shortest; at += 1) {
      if (this.#marked[markAt(text, at)] === 0) continue;
      const found = this.#beginnings.get(text.slice(at, at + shortest))?.find((secret) => text.startsWith(secret, at));
      if (found === undefined) continue;
      cleaned += text.slice(from, at) + mask;
      from = at + found.length;
      at = from - 1;
    }
    return from === 0 ? text : cleaned + text.slice(from);
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
      this.#mark(beginning, 1);
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
    this.#mark(beginning, -1);
  }

  #mark(beginning: string, change: 1 | -1): void {
    const mark = markAt(beginning, 0);
    this.#marked[mark] = (this.#marked[mark] ?? 0) + change;
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

/** A small number for the first four characters from there. */
function markAt(text: string, at: number): number {
  const half = text.charCodeAt(at) * 31 + text.charCodeAt(at + 1);
  return ((half * 31 + text.charCodeAt(at + 2)) * 31 + text.charCodeAt(at + 3)) % marks;
}
