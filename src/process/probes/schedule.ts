// Calls back at the times that a schedule of cron names. The library is loaded where there is one.
import type { LoadedProbe } from '../../config/loaded.ts';

export type Stop = () => void;
export type Schedule = (when: Pick<LoadedProbe, 'schedule' | 'timezone'>, tick: () => void) => Stop;

const silent = { info: ignore, warn: ignore, error: ignore, debug: ignore };

export const bySchedule: Schedule = ({ schedule, timezone }, tick) => {
  let stopped = false;
  let stop: Stop | undefined;
  void import('node-cron').then((cron) => {
    if (stopped) return;
    // Neither a process that wants to end nor a machine that has slept is its business.
    const options = { timezone, unref: true, suppressMissedWarning: true, logger: silent };
    const task = cron.schedule(schedule, tick, options);
    stop = () => void task.destroy();
  });
  return () => {
    stopped = true;
    stop?.();
  };
};

function ignore(): void {
  // What the library has to say is of no use to anybody.
}
