// A counter for what happens with every request: sums are kept here, and reach prom-client when somebody looks. That is
// several times cheaper than telling it each time.
import { Counter, type CounterConfiguration } from 'prom-client';
import type { Labels } from './instruments.ts';

interface Sum {
  readonly labels: Labels;
  by: number;
}

export class GatheredCounter {
  readonly #names: readonly string[];
  readonly #sums = new Map<string, Sum>();

  constructor(configuration: CounterConfiguration<string>) {
    this.#names = configuration.labelNames ?? [];
    const sums = this.#sums;
    new Counter({
      ...configuration,
      collect() {
        for (const sum of sums.values()) {
          if (sum.by > 0) this.inc(sum.labels, sum.by);
          sum.by = 0;
        }
      },
    });
  }

  inc(labels: Labels, by = 1): void {
    let key = '';
    for (const name of this.#names) key += `${labels[name]}\n`;
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { labels, by });
    else sum.by += by;
  }
}
