// The probes of a gateway: its data threads are who asks.
import type { ControlThread } from '../control-thread.ts';
import { Probes } from './probes.ts';
import { bySchedule } from './schedule.ts';

export function probesFor({ options, ledger, plane, logging }: ControlThread): Probes {
  return new Probes({
    clock: options.clock,
    health: ledger.health,
    schedule: bySchedule,
    random: Math.random,
    async ask(wish) {
      const account = `${wish.provider}/${wish.account}`;
      try {
        const result = await plane.probe(wish);
        if ('wrong' in result) logging.say('warn', 'probe', `${account} was not asked: ${result.wrong}`);
      } catch (thrown) {
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        logging.say('warn', 'probe', `${account} was not asked: ${why}`);
      }
    },
  });
}
