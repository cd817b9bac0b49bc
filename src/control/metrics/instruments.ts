// Makes the gateway's instruments: every name begins with `portico_`, every one has its registry.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { GatheredCounter } from './gathered-counter.ts';

/** Answers range from a cached model list to a long reasoning run. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export type Labels = Readonly<Record<string, string>>;

export interface Value {
  readonly labels: Labels;
  readonly value: number;
}

export class Instruments {
  readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({ name: `portico_${name}`, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** For what is counted with every request. */
  gathered(name: string, help: string, labelNames: readonly string[]): GatheredCounter {
    const registers = [this.registry];
    return new GatheredCounter({ name: `portico_${name}`, help, labelNames: [...labelNames], registers });
  }

  /** A counter whose total is counted elsewhere. */
  total(name: string, help: string, read: () => number): void {
    let told = 0;
    new Counter({
      name: `portico_${name}`,
      help,
      registers: [this.registry],
      collect() {
        const now = read();
        this.inc(Math.max(0, now - told));
        told = now;
      },
    });
  }

  gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    return new Gauge({ name: `portico_${name}`, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  histogram(name: string, help: string, labelNames: readonly string[] = [], buckets = seconds): Histogram {
    const registers = [this.registry];
    return new Histogram({ name: `portico_${name}`, help, labelNames: [...labelNames], buckets, registers });
  }

  /** A gauge that is asked when somebody looks. What it says replaces all that it said before. */
  read(name: string, help: string, labelNames: readonly string[], values: () => Promise<Value[]> | Value[]): void {
    new Gauge({
      name: `portico_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      async collect() {
        const all = await values();
        this.reset();
        for (const { labels, value } of all) this.set(labels, value);
      },
    });
  }
}

/** A reading without labels. */
export function plain(value: number): Value[] {
  return [{ labels: {}, value }];
}
