// Counters that plugins make up. What they may make up is bounded: a plugin that puts a request's id into a label must
// not fill the memory of the control thread.
import { Counter, type Registry } from 'prom-client';
import type { Count } from '../../gateway/outbox.ts';

const mostCounters = 200;
const mostSeries = 500;

interface Known {
  readonly counter: Counter;
  readonly labelNames: readonly string[];
  readonly series: Set<string>;
}

export class PluginMetrics {
  readonly #registry: Registry;
  readonly #known = new Map<string, Known>();
  /** Counts that were not taken. */
  readonly #refused: Counter;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#refused = new Counter({
      name: 'portico_plugin_counts_refused_total',
      help: 'Counts of plugins with a bad name, or with more names or label values than are kept.',
      registers: [registry],
    });
  }

  count({ name, labels, by }: Count): void {
    const known = this.#counter(name, Object.keys(labels));
    const values = known?.labelNames.map((label) => labels[label] ?? '') ?? [];
    const series = values.join('\n');
    if (known === undefined || !(by >= 0) || (!known.series.has(series) && known.series.size >= mostSeries)) {
      return this.#refused.inc();
    }
    known.series.add(series);
    known.counter.inc(Object.fromEntries(known.labelNames.map((label, index) => [label, values[index] ?? ''])), by);
  }

  #counter(name: string, labelNames: string[]): Known | undefined {
    const full = fullName(name);
    const known = this.#known.get(full);
    if (known !== undefined || this.#known.size >= mostCounters) return known;
    if (!isMetricName(full) || !labelNames.every(isLabelName)) return undefined;
    if (this.#registry.getSingleMetric(full) !== undefined) return undefined;
    const counter = new Counter({ name: full, help: 'Counted by a plugin.', labelNames, registers: [this.#registry] });
    const made = { counter, labelNames, series: new Set<string>() };
    this.#known.set(full, made);
    return made;
  }
}

/** `plugin_<plugin>_<name>` as Prometheus knows it: `portico_plugin_<plugin>_<name>_total`. */
function fullName(name: string): string {
  const prefixed = `portico_${name.replace(/[-.]/g, '_')}`;
  return prefixed.endsWith('_total') ? prefixed : `${prefixed}_total`;
}

function isMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/.test(name);
}

function isLabelName(name: string): boolean {
  return /^[a-zA-Z][a-zA-Z0-9_]{0,62}$/.test(name);
}
