// What is counted of the data threads' reports: for Prometheus since the start, for `portico top` over the last minute.
import type { LoadedConfig } from '../config/loaded.ts';
import { PluginMetrics } from '../control/metrics/plugin-counts.ts';
import { Metrics, type MetricsOptions } from '../control/metrics.ts';
import { RecentRequests } from '../control/stats/recent.ts';
import type { Clock } from '../core/index.ts';
import type { Batch } from './channel.ts';

export class Telemetry {
  readonly metrics: Metrics;
  readonly recent: RecentRequests;
  readonly #plugins: PluginMetrics;

  constructor(clock: Clock, options: MetricsOptions) {
    this.metrics = new Metrics(options);
    this.recent = new RecentRequests(clock);
    this.#plugins = new PluginMetrics(this.metrics.registry);
  }

  configure(config: LoadedConfig): void {
    this.metrics.configure(config);
  }

  take({ records, counts, health }: Batch): void {
    for (const record of records) {
      this.metrics.record(record);
      this.recent.add(record);
    }
    for (const change of health) this.metrics.accountChanged(change);
    for (const count of counts) this.#plugins.count(count);
  }
}
