// Failures by chance, the same ones every time: how often and whom they hit is written in the settings, and a seed decides
// which request it is.
import { hash } from 'node:crypto';
import type { Script } from './script.ts';

export interface Chaos {
  readonly seed: number;
  readonly rules: readonly ChaosRule[];
}

export interface ChaosRule {
  /** Of the requests it is about, 0 to 1. */
  readonly share: number;
  readonly what: number | Accident;
  readonly when: 'first-byte' | 'mid-stream';
  /** Milliseconds. */
  readonly delay?: number;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly account?: string | readonly string[];
  readonly models?: readonly string[];
  /** Requests of an account that are left alone first. */
  readonly after: number;
  /** How many of them it hits at most. */
  readonly times?: number;
}

export type Accident = 'reset' | 'hang' | 'slow' | 'truncate' | 'malformed' | 'no-http' | 'empty';

/** Where the provider writes whose request it is. */
export const accountHeader = 'x-mock-account';

/** What a request of the account meets; counts it. Undefined: nothing happens to it. */
export type Fate = (account: string, model: string) => Script | undefined;

const usualDelay = 1000;

export function chaosOf({ seed, rules }: Chaos): Fate {
  const compiled = rules.map((rule, index) => ({ rule, index, hits: new Map<string, number>() }));
  const requests = new Map<string, number>();
  return (account, model) => {
    const number = (requests.get(account) ?? 0) + 1;
    requests.set(account, number);
    for (const { rule, index, hits } of compiled) {
      if (!isAbout(rule, account, model) || number <= rule.after) continue;
      const before = hits.get(account) ?? 0;
      if (before >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (chance(`${seed} ${index} ${account} ${number}`) >= rule.share) continue;
      hits.set(account, before + 1);
      return scriptOf(rule);
    }
    return undefined;
  };
}

function isAbout({ account, models }: ChaosRule, name: string, model: string): boolean {
  if (account !== undefined && ![account].flat().includes(name)) return false;
  return models === undefined || models.includes(model);
}

/** From 0 up to, but not including 1. */
function chance(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32BE() / 2 ** 32;
}

function scriptOf({ what, when, delay, retryAfter }: ChaosRule): Script {
  const late = when === 'mid-stream';
  const wait = what === 'slow' ? (delay ?? usualDelay) : delay;
  const pause = wait === undefined ? {} : late && what === 'slow' ? { pace: wait } : { latency: wait };
  const hint = retryAfter === undefined ? {} : { retryAfter };
  const accident = late ? midway(what) : atOnce(what);
  return { ...accident, ...pause, ...hint };
}

function atOnce(what: ChaosRule['what']): Script {
  if (typeof what === 'number') return { error: what };
  if (what === 'hang') return { hang: 'head' };
  if (what === 'truncate') return { truncate: 0 };
  if (what === 'empty') return { text: '', usage: '0/0' };
  return what === 'slow' ? {} : { broken: what };
}

/** After the first piece of output. */
function midway(what: ChaosRule['what']): Script {
  if (typeof what === 'number') return { fail: 1, wholeError: what };
  if (what === 'hang') return { stall: 1 };
  if (what === 'reset' || what === 'no-http') return { reset: 1 };
  if (what === 'truncate') return { truncate: 1 };
  if (what === 'malformed') return { spoil: 1 };
  return what === 'empty' ? atOnce(what) : {};
}
