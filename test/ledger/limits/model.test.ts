// Whatever is reserved, settled and released in whatever order, while windows turn: the ledger does what the model does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Claim, Grant, Limit } from '../../../src/core/index.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { HandClock } from '../../support/clock.ts';
import { ArrivalModel, Model } from './model.ts';

const windows = [
  { shape: 'fixed', unit: 'second', count: 3 },
  { shape: 'fixed', unit: 'minute', count: 1 },
  { shape: 'fixed', unit: 'total', count: 1 },
] as const;
const limits: readonly Limit[] = [
  ...windows.flatMap((window) => [
    { kind: 'requests' as const, amount: 5, window, burst: undefined },
    { kind: 'tokens' as const, amount: 40, window, burst: undefined },
  ]),
  { kind: 'concurrency', amount: 4, window: undefined, burst: undefined },
];
const everything: readonly Claim[] = ['a', 'b'].flatMap((subject) =>
  limits.map((limit) => ({ subject, limit, amount: 0 })),
);

const step = fc.oneof(
  fc.record({
    do: fc.constant('reserve' as const),
    claims: fc.uniqueArray(fc.record({ of: fc.nat(everything.length - 1), amount: fc.oneof(fc.nat(3), fc.nat(50)) }), {
      maxLength: 5,
      selector: ({ of }) => of,
    }),
  }),
  fc.record({ do: fc.constant('settle' as const), grant: fc.nat(7), amounts: fc.array(fc.nat(20), { minLength: 5 }) }),
  fc.record({ do: fc.constant('release' as const), grant: fc.nat(7) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.nat(500), fc.nat(70_000)) }),
);

test('reservations, settlements and releases do what the model does', async () => {
  const memory = createMemory();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      run += 1;
      const clock = new HandClock(Date.UTC(2026, 2, 4));
      // Two threads take turns. Every run counts subjects of its own.
      const ledgers = [new SharedLedger(memory, 0, clock), new SharedLedger(memory, 1, clock)];
      const model = new Model();
      const grants = new Map<number, Grant>();
      const all = everything.map((claim) => ({ ...claim, subject: `${run} ${claim.subject}` }));
      for (const [turn, one] of steps.entries()) {
        const ledger = ledgers[turn % 2] as SharedLedger;
        if (one.do === 'wait') clock.advance(one.ms);
        else if (one.do === 'reserve') {
          const claims = one.claims.map(({ of, amount }) => ({ ...(all[of] as Claim), amount }));
          const expected = model.reserve(claims, clock.now());
          const result = await ledger.reserve(claims);
          assert.deepEqual(
            result.granted ? undefined : result.refused,
            typeof expected === 'number' ? undefined : expected,
          );
          if (result.granted && typeof expected === 'number') grants.set(expected, result);
        } else {
          const { claims, ...rest } = { claims: [], ...one };
          const [id, grant] = [...grants][rest.grant] ?? [];
          if (id === undefined || grant === undefined) continue;
          grants.delete(id);
          const amounts = one.do === 'settle' ? one.amounts : claims;
          model.settle(id, amounts, clock.now());
          if (one.do === 'settle') grant.settle(padded(one.amounts));
          else grant.release();
        }
        const used = (await ledger.read(all)).map((reading) => reading.used);
        assert.deepEqual(
          used,
          all.map((claim) => model.used(claim, clock.now())),
        );
      }
      for (const grant of grants.values()) grant.release();
    }),
    { numRuns: 300 },
  );
});

test('rates let through exactly what the arrival model lets through', async () => {
  const memory = createMemory();
  let run = 0;
  const rate = fc.record({
    amount: fc.integer({ min: 1, max: 1000 }),
    unit: fc.constantFrom('second' as const, 'minute' as const, 'hour' as const),
    count: fc.integer({ min: 1, max: 7 }),
    burst: fc.integer({ min: 1, max: 20 }),
  });
  const arrival = fc.record({ ms: fc.oneof(fc.nat(3), fc.nat(5000)), amount: fc.integer({ min: 1, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(rate, fc.array(arrival, { maxLength: 60 }), async ({ amount, unit, count, burst }, arrivals) => {
      run += 1;
      const clock = new HandClock();
      const ledger = new SharedLedger(memory, 0, clock);
      const limit: Limit = { kind: 'requests', amount, window: { shape: 'rate', unit, count }, burst };
      const claim = { subject: `run ${run}`, limit, amount: 1 };
      const model = new ArrivalModel(claim);
      for (const { ms, amount: wanted } of arrivals) {
        clock.advance(ms);
        const result = await ledger.reserve([{ ...claim, amount: wanted }]);
        assert.equal(result.granted, model.reserve(wanted, clock.now()));
      }
    }),
    { numRuns: 300 },
  );
});

/** Released counts are settled with 0; the model takes missing ones as 0, the ledger as what was reserved. */
function padded(amounts: readonly number[]): readonly number[] {
  return [...amounts, 0, 0, 0, 0, 0];
}
