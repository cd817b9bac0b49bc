// One text on its way through the rules of a direction: whole, or in pieces that are cut anywhere. Both come out the same.
import { GatewayError } from 'portico';
import type { Direction, Rule } from '../rules/rule.ts';
import { type RuleHit, Track } from './track.ts';

/** Rules of one direction. Those that only log, and those that block, are each held against the text as it came. */
export interface Rules {
  readonly direction: Direction;
  readonly redact: readonly Rule[];
  readonly block: readonly Rule[];
  readonly log: readonly Rule[];
  readonly window: number;
}

/** Told of each match. */
export type Found = (rule: Rule) => void;

export function rulesFor(direction: Direction, rules: readonly Rule[], window: number): Rules {
  const those = rules.filter((rule) => rule.direction === direction || rule.direction === 'both');
  const of = (wanted: Rule['action']) => those.filter(({ action }) => action === wanted);
  return { direction, redact: of('redact'), block: of('block'), log: of('log'), window };
}

export class Passage {
  readonly #redact: Track;
  readonly #block: readonly Track[];
  readonly #log: readonly Track[];
  readonly #found: (hit: RuleHit) => string;
  readonly #direction: Direction;
  readonly #changes: { readonly start: number; readonly end: number; readonly length: number }[] = [];
  /** The first half of a character. */
  #half = '';

  constructor({ redact, block, log, window, direction }: Rules, found: Found) {
    this.#direction = direction;
    this.#redact = new Track(redact, window);
    this.#block = block.map((rule) => new Track([rule], window));
    this.#log = log.map((rule) => new Track([rule], window));
    this.#found = ({ rule, start, end }) => {
      found(rule);
      this.#changes.push({ start, end, length: rule.replacement.length });
      return rule.replacement;
    };
    this.#noted = ({ rule }) => {
      found(rule);
      return '';
    };
  }

  readonly #noted: (hit: RuleHit) => string;

  /** What may be told by now. Throws `content-blocked`. */
  push(text: string): string {
    const whole = this.#half + text;
    const cut = isHigh(whole.charCodeAt(whole.length - 1)) ? whole.length - 1 : whole.length;
    this.#half = whole.slice(cut);
    return this.#pass(whole.slice(0, cut), false);
  }

  /** The rest of it. */
  end(text = ''): string {
    const whole = this.#half + text;
    this.#half = '';
    return this.#pass(whole, true);
  }

  /** Whether anything was replaced so far. */
  get changed(): boolean {
    return this.#changes.length > 0;
  }

  /** Where a place of the text as it came is in the one that is told; one within a replacement is at its start or its end. */
  placeOf(at: number, isEnd: boolean): number {
    let shift = 0;
    for (const { start, end, length } of this.#changes) {
      if (at <= start) break;
      if (at < end) return start + shift + (isEnd ? length : 0);
      shift += length - (end - start);
    }
    return at + shift;
  }

  #pass(text: string, last: boolean): string {
    for (const track of this.#log) track.push(text, last, this.#noted);
    let until = Number.POSITIVE_INFINITY;
    for (const track of this.#block) {
      track.push(text, last, (hit) => this.#refuse(hit));
      if (!last) until = Math.min(until, track.decided);
    }
    return this.#redact.push(text, last, this.#found, until);
  }

  #refuse(hit: RuleHit): never {
    this.#noted(hit);
    throw blocked(hit.rule, this.#direction);
  }
}

export function blocked({ name }: Rule, direction: Direction): GatewayError {
  const what = direction === 'request' ? 'The request' : 'The answer';
  return new GatewayError('content-blocked', { message: `${what} holds what the rule "${name}" does not let pass.` });
}

/** A whole text. */
export function passed(text: string, rules: Rules, found: Found): string {
  const may = (rule: Rule) => rule.find(text, 0) !== undefined;
  if (!rules.redact.some(may) && !rules.block.some(may) && !rules.log.some(may)) return text;
  return new Passage(rules, found).end(text);
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
