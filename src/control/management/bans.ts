// Addresses that guess: so many wrong keys in a row, and one is not listened to for a while. Bounded in memory, whoever comes.
import { isIPv6 } from 'node:net';
import type { Clock } from '../../core/index.ts';

const mostFailures = 5;
const banMs = 30 * 60_000;
const mostAddresses = 1_000;

interface Tally {
  failures: number;
  /** Of the newest failure, by the clock's ticks. */
  time: number;
}

export class Bans {
  readonly #clock: Clock;
  /** The one that failed least recently first. */
  readonly #records = new Map<string, Tally>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds the address is still banned; 0: it is not. */
  remaining(address: string): number {
    const record = this.#record(networkOf(address));
    if (record === undefined || record.failures < mostFailures) return 0;
    return record.time + banMs - this.#clock.ticks();
  }

  /** A wrong key. True: that was one too many. */
  failed(address: string): boolean {
    const network = networkOf(address);
    const record = this.#record(network) ?? { failures: 0, time: 0 };
    record.failures += 1;
    record.time = this.#clock.ticks();
    this.#records.delete(network);
    this.#records.set(network, record);
    if (this.#records.size > mostAddresses) this.#forgetOne(network);
    return record.failures === mostFailures;
  }

  succeeded(address: string): void {
    this.#records.delete(networkOf(address));
  }

  /** Failures that are as old as a ban are forgotten. */
  #record(network: string): Tally | undefined {
    const record = this.#records.get(network);
    if (record === undefined || record.time + banMs > this.#clock.ticks()) return record;
    this.#records.delete(network);
    return undefined;
  }

  /**
   * One that is not banned, if there is any: who comes from many addresses must not lift a ban with them. Never the newest:
   * beside so many bans it could guess for ever.
   */
  #forgetOne(newest: string): void {
    for (const [network, { failures }] of this.#records) {
      if (failures < mostFailures && network !== newest) return void this.#records.delete(network);
    }
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }
}

/** Who has one address of IPv6 has the whole /64. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: gap }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
