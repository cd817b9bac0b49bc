// How a data thread is, told once a second: how late its event loop runs, how busy it is, who is connected.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Pulse } from '../../control/metrics.ts';
import type { Clock } from '../../core/index.ts';

const everyMs = 1_000;
/** The monitor looks this often, without a line of JavaScript; what it measures includes the span itself. */
const resolutionMs = 50;

export function startPulse(clock: Clock, connections: () => number, tell: (pulse: Pulse) => void): void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let before = performance.eventLoopUtilization();
  const take = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    tell({
      lagP99Ms: lagOf(delay.percentile(99)),
      lagMaxMs: lagOf(delay.max),
      utilization,
      connections: connections(),
      heapUsed: getHeapStatistics().used_heap_size,
    });
    delay.reset();
  };
  const alarm = clock.after(everyMs, () => {
    take();
    alarm.restart();
  });
}

/** From the monitor's nanoseconds; it has none yet when it was never able to look. */
function lagOf(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e6 - resolutionMs) : 0;
}
