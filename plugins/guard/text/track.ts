// Holds a text that grows against rules, of which at any place the one that matches first counts. What is decided cannot be
// changed by any text that follows.
import type { Hit, Rule } from '../rules/rule.ts';
import { Prospect } from './prospect.ts';

export interface RuleHit extends Hit {
  readonly rule: Rule;
}

/** A match that goes on is held as long as this many windows. */
const longest = 64;
/** What stands before the text that is looked at decides whether a word begins there. */
const context = 2;

export class Track {
  readonly #rules: readonly { readonly rule: Rule; readonly prospect: Prospect }[];
  readonly #window: number;
  #text = '';
  /** Where `#text` begins in the whole. */
  #base = 0;
  /** All before it is decided and was handed out. */
  #at = 0;

  constructor(rules: readonly Rule[], window: number) {
    this.#rules = rules.map((rule) => ({ rule, prospect: new Prospect(rule.steps) }));
    this.#window = window;
  }

  /** All before it is decided. */
  get decided(): number {
    return this.#at;
  }

  /**
   * The next piece of the text; `last`: nothing follows. Says what was found, and returns what may be told: the text, with
   * what `found` returns in place of each match. Nothing that begins at `until` or behind it is decided.
   */
  push(text: string, last: boolean, found: (hit: RuleHit) => string, until = Number.POSITIVE_INFINITY): string {
    this.#text += text;
    if (!last) this.#feed(text);
    const end = this.#base + this.#text.length;
    const pending = new Map<Rule, Hit | undefined>();
    let told = '';
    let limit = this.#limit(end, last);
    for (;;) {
      const hit = last || this.#touched() ? this.#next(pending) : undefined;
      if (hit === undefined || hit.start >= limit || hit.start >= until) break;
      if (!last && hit.end >= end && end - hit.start < longest * this.#window) {
        // It may go on, or be none after all.
        limit = hit.start;
        break;
      }
      told += this.#slice(hit.start) + found(hit);
      this.#at = hit.end;
      if (!last) this.#again();
      limit = this.#limit(end, last);
    }
    told += this.#slice(Math.max(this.#at, this.#whole(Math.min(limit, until))));
    this.#trim();
    return told;
  }

  #feed(text: string): void {
    if (text.length <= this.#window) {
      for (const { prospect } of this.#rules) prospect.push(text, this.#base + this.#text.length - text.length);
      return;
    }
    // What began longer ago is not waited for.
    this.#again(this.#text.length - this.#window);
    for (const { prospect } of this.#rules) prospect.touched = true;
  }

  #again(from = this.#at - this.#base): void {
    const whole = this.#text.slice(from);
    for (const { prospect } of this.#rules) {
      prospect.reset();
      prospect.push(whole, this.#base + from);
      // Cut off in the middle, what came before the cut is not known of.
      if (from > this.#at - this.#base) prospect.touched = true;
    }
  }

  #touched(): boolean {
    return this.#rules.some(({ prospect }) => prospect.touched);
  }

  /** Up to where no text that follows can change anything. */
  #limit(end: number, last: boolean): number {
    if (last) return end;
    const earliest = this.#rules.map(({ prospect }) => prospect.earliest() ?? end);
    return Math.max(Math.min(end, ...earliest), end - this.#window + 1);
  }

  #next(pending: Map<Rule, Hit | undefined>): RuleHit | undefined {
    let best: RuleHit | undefined;
    for (const { rule } of this.#rules) {
      const known = pending.get(rule);
      const stale = !pending.has(rule) || (known !== undefined && known.start < this.#at);
      const hit = stale ? this.#find(rule) : known;
      if (stale) pending.set(rule, hit);
      if (hit !== undefined && (best === undefined || hit.start < best.start)) best = { ...hit, rule };
    }
    return best;
  }

  #find(rule: Rule): Hit | undefined {
    const hit = rule.find(this.#text, this.#at - this.#base);
    return hit && { start: hit.start + this.#base, end: hit.end + this.#base };
  }

  /** The text from where it was left to `to`, which is where it goes on. */
  #slice(to: number): string {
    const text = this.#text.slice(this.#at - this.#base, to - this.#base);
    this.#at = to;
    return text;
  }

  /** Not within a character. */
  #whole(at: number): number {
    const code = this.#text.charCodeAt(at - this.#base);
    return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
  }

  #trim(): void {
    const cut = this.#at - this.#base - context;
    if (cut <= 0) return;
    this.#text = this.#text.slice(cut);
    this.#base += cut;
  }
}
