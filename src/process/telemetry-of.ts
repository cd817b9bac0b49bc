// The figures of a gateway: where each of them is asked for.
import { readLimits } from '../control/stats/limits.ts';
import type { ControlThread } from './control-thread.ts';
import { describeConfig } from './describe.ts';
import { Telemetry } from './telemetry.ts';

/** Before the first configuration is served there are none of it. */
export function telemetryOf(control: ControlThread): Telemetry {
  const { options, ledger, threads, logging, store } = control;
  const config = () => control.reloader.served?.config;
  return new Telemetry(options.clock, {
    version: options.version,
    threads: () => threads.status(),
    providers: () => {
      const served = config();
      const known = { discovered: () => undefined, credentials: control.credentials.status() };
      return served === undefined ? [] : describeConfig(served, known).providers;
    },
    limits: async (most) => {
      const served = config();
      return served === undefined ? [] : readLimits(served, ledger, most);
    },
    accounts: () => control.plane.accountStates(),
    credentials: () => control.credentials.status(),
    accountEvictions: () => ledger.health.evictions(),
    evictions: () => ledger.evictions(),
    failingOutputs: () => logging.status().filter((output) => output.error !== undefined).length,
    store: () => store.status(),
  });
}
