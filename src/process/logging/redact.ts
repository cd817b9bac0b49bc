// Takes known secrets out of text that is about to be shown.

const mask = '***';
/** Shorter values would blot out ordinary words; a credential is never that short. */
const shortest = 6;
/** Secrets of earlier revisions are remembered: calls that started on them may still speak. */
const remembered = 10_000;

export class Redactor {
  #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** Masks these too from now on. */
  add(secrets: readonly string[]): void {
    const before = this.#secrets.size;
    for (const secret of secrets) {
      if (secret.length < shortest) continue;
      this.#secrets.add(secret);
      // As it stands inside a JSON text.
      this.#secrets.add(JSON.stringify(secret).slice(1, -1));
    }
    if (this.#secrets.size === before) return;
    this.#secrets = new Set([...this.#secrets].slice(-remembered));
    const longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(longestFirst.map(literally).join('|'), 'g');
  }

  clean(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, mask);
  }
}

/** A pattern that matches exactly this text. */
function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
