// Proxies: one for all, and those of single keys.
import type { Tree } from '../importer.ts';
import type { Secrets } from '../secrets.ts';

export class Egresses {
  /** The name for those that name none; undefined: direct. */
  readonly usual: string | undefined;
  readonly #urls: string[] = [];

  constructor(url: string | undefined) {
    this.usual = url === undefined ? undefined : this.named(url);
  }

  named(url: string): string {
    if (url === 'direct' || url === 'none') return 'direct';
    if (!this.#urls.includes(url)) this.#urls.push(url);
    return `proxy-${this.#urls.indexOf(url) + 1}`;
  }

  /** A URL with a password is a secret as a whole. */
  all(secrets: Secrets): Tree[] {
    return this.#urls.map((url, index) => {
      const name = `proxy-${index + 1}`;
      return { name, url: url.includes('@') ? secrets.reference(url, name) : url };
    });
  }
}
