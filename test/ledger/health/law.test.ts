// The law of recovery: from every state, time and at most one request that is answered lead back to usable.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CoolingCause, CoolingScope, Target } from '../../../src/core/index.ts';
import type { AsideEntry } from '../../../src/ledger/health/change.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { answer, begun, cool, fail, minute, type Scene, scene, stateOf, target } from './healthy.ts';

const main = target('main');
const longestMs = 30 * minute;
const causes: readonly CoolingCause[] = [
  'credentials',
  'forbidden',
  'model',
  'rate-limit',
  'unavailable',
  'overloaded',
  'rule',
];

/** Everything that can be put aside, so and so often in a row. */
const falls: readonly (readonly [string, (scene: Scene, times: number) => void])[] = [
  ...causes.flatMap((cause) =>
    (['account', 'model'] as const).map(
      (scope) =>
        [
          `${cause}, the ${scope}`,
          ({ health, clock }: Scene, times: number) => {
            for (let time = 0; time < times; time += 1) {
              cool(health, main, coolingOf(cause, scope));
              if (time < times - 1) clock.advance(longestMs);
            }
          },
        ] as const,
    ),
  ),
  [
    'failing',
    ({ health }, times) => {
      for (let failure = 0; failure < 5 * times; failure += 1) fail(health, main);
    },
  ],
];

function coolingOf(cause: CoolingCause, scope: CoolingScope) {
  return { cause, scope, status: undefined, hintMs: undefined, firstMs: minute, mostMs: longestMs };
}

/** What may befall the gateway while something is put aside. */
const blows: readonly (readonly [string, (scene: Scene) => Scene])[] = [
  ['nothing happens', (all) => all],
  [
    'its trial is given up',
    (all) => {
      all.clock.advance(longestMs);
      all.health.begin(main).end();
      return all;
    },
  ],
  [
    'its trial hangs in a thread that hangs',
    (all) => {
      all.clock.advance(longestMs);
      new SharedLedger(all.memory, 5, all.clock).health.begin(main);
      return all;
    },
  ],
  [
    'the thread of its trial dies',
    (all) => {
      all.clock.advance(longestMs);
      new SharedLedger(all.memory, 5, all.clock).health.begin(main);
      all.ledger.clearThread(5);
      return all;
    },
  ],
  [
    'many try at once and fail',
    (all) => {
      all.clock.advance(longestMs);
      const watches = begun(all.health, main, 20);
      for (const watch of watches) watch.cool(coolingOf('rate-limit', 'model'));
      for (const watch of watches) watch.end();
      return all;
    },
  ],
  [
    'the clock is set back by a year',
    (all) => {
      all.clock.advance(-365 * 24 * 60 * minute);
      return all;
    },
  ],
  [
    'the clock is set forward by a year',
    (all) => {
      all.clock.advance(365 * 24 * 60 * minute);
      return all;
    },
  ],
  ['the gateway is started anew', (all) => revived(all, 0)],
  ['the gateway is started anew with a clock that is a year behind', (all) => revived(all, -365 * 24 * 60 * minute)],
];

/** A new memory, with what the changes said was put aside. */
function revived({ clock, changes }: Scene, jump: number): Scene {
  const entries = new Map<string, AsideEntry>();
  for (const { aside, ...change } of changes) {
    if (aside === undefined) entries.delete(change.id);
    else entries.set(change.id, { ...change, aside });
  }
  clock.advance(jump);
  const memory = createMemory();
  const ledger = new SharedLedger(memory, 0, clock);
  ledger.health.restore(structuredClone([...entries.values()]));
  return { clock, memory, ledger, health: ledger.health, changes: [] };
}

/** How long it takes until somebody may ask. */
function waitedFor({ clock, health }: Scene, of: Target): number {
  let waited = 0;
  while (['cooling', 'tried'].includes(stateOf(health, of))) {
    clock.advance(minute);
    waited += minute;
    assert.ok(waited <= longestMs + minute, 'it is put aside for ever');
  }
  return waited;
}

for (const [fall, befall] of falls) {
  describe(fall, () => {
    for (const [blow, strike] of blows) {
      for (const times of [1, 7]) {
        test(`${blow}, after ${times}`, () => {
          const before = scene();
          befall(before, times);
          assert.equal(stateOf(before.health, main), 'cooling');
          const all = strike(before);
          waitedFor(all, main);
          answer(all.health, main);
          assert.equal(stateOf(all.health, main), 'usable');
          assert.equal(all.health.of([main]).inFlight(0), blow.includes('hangs') ? 1 : 0);
          // And no grudge is kept: the next failure counts as the first.
          assert.equal(cool(all.health, main, coolingOf('rate-limit', 'model')).until, all.clock.now() + minute);
        });
      }
    }
  });
}

describe('a restart', () => {
  test('keeps what was put aside, for how long, and what it would be next', () => {
    const before = scene();
    const { until } = cool(before.health, main, coolingOf('rate-limit', 'model'));
    cool(before.health, target('other'), coolingOf('credentials', 'account'));
    const after = revived(before, 30_000);
    assert.deepEqual(after.health.of([main]).standing(0), {
      state: 'cooling',
      cause: 'rate-limit',
      scope: 'model',
      status: undefined,
      until,
    });
    assert.equal(stateOf(after.health, target('other', 'small')), 'cooling');
    after.clock.advance(30_000);
    assert.equal(cool(after.health, main, coolingOf('rate-limit', 'model')).until, after.clock.now() + 2 * minute);
    // Its models are still known to be the account's.
    assert.equal(after.health.reset({ ...main, model: undefined }), 1);
  });

  test('takes no harm from entries that make no sense', () => {
    const { health } = scene();
    const aside = { cause: 'rule', scope: 'model', status: undefined, until: Number.NaN, since: 1, level: 1 } as const;
    const entry = { id: 'nonsense', accountId: '', provider: 'up', account: 'main', aside };
    health.restore([entry, { ...entry, id: '0123456789abcdef' }]);
    assert.equal(stateOf(health, main), 'usable');
  });
});
