// Whatever happens in whatever order: what a view remembers is what there is, attempts are counted one by one, nobody is put
// aside for longer than allowed, and all come back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Target } from '../../../src/core/index.ts';
import type { Watch } from '../../../src/ledger/health/health.ts';
import { SharedLedger } from '../../../src/ledger/memory.ts';
import { answer, breaker, credentials, minute, rateLimit, scene, target } from './healthy.ts';

/** The same numbers for the same seed (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const targets: readonly Target[] = ['a', 'b', 'c'].flatMap((account) => [
  target(account, 'large'),
  target(account, 'small'),
]);

/** Threads, each with what it has under way. */
function world(seed: number) {
  const { clock, memory, ledger } = scene();
  const pick = chance(seed);
  const start = (thread: number) => {
    const { health } = new SharedLedger(memory, thread, clock);
    return { thread, health, view: health.of(targets), open: [] as { readonly of: number; readonly watch: Watch }[] };
  };
  const threads = [start(1), start(2), start(3)];
  const spans = [0, 1, 500, 1_000, 5_000, minute, 10 * minute, -2_000, -minute];
  const says = [
    (watch: Watch) => watch.answered(pick(900)),
    (watch: Watch) => watch.cool(rateLimit(pick(2) === 0 ? undefined : pick(100_000))),
    (watch: Watch) => watch.cool(credentials),
    (watch: Watch) => watch.failed(breaker, 500),
    (watch: Watch) => watch.nothing(),
  ];
  const step = () => {
    const one = pick(threads.length);
    const { health, open, thread } = threads[one] ?? assert.fail();
    const what = pick(100);
    if (what < 45) {
      const of = pick(targets.length);
      open.push({ of, watch: health.begin(targets[of] ?? assert.fail()) });
    } else if (what < 85) {
      const [entry] = open.splice(pick(Math.max(1, open.length)), 1);
      // What an attempt has to say comes before its end or after it.
      if (what % 2 === 0) entry?.watch.end();
      if (entry !== undefined) says[pick(says.length)]?.(entry.watch);
      entry?.watch.end();
    } else if (what < 97) clock.advance(spans[pick(spans.length)] ?? 0);
    else if (what < 98) ledger.health.reset(targets[pick(targets.length)]);
    else if (what < 99) health.beat();
    else {
      // It dies, and another takes its number.
      ledger.clearThread(thread);
      threads[one] = start(thread);
    }
  };
  return { clock, ledger, threads, step };
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`chance ${seed}`, () => {
    const { clock, ledger, threads, step } = world(seed);
    for (let turn = 0; turn < 2_000; turn += 1) {
      step();
      const fresh = ledger.health.of([...targets]);
      for (const index of targets.keys()) {
        const standing = fresh.standing(index);
        for (const { view } of threads) assert.deepEqual(view.standing(index), standing);
        const account = targets[index]?.account;
        const under = threads.flatMap(({ open }) => open.filter(({ of }) => targets[of]?.account === account));
        assert.equal(fresh.inFlight(index), under.length, `turn ${turn}`);
        if (standing.state === 'cooling') assert.ok(standing.until - clock.now() <= 30 * minute + 1_000);
      }
    }
    for (const { open } of threads) for (const { watch } of open) watch.end();
    clock.advance(31 * minute);
    for (const each of targets) answer(ledger.health, each);
    for (const index of targets.keys()) {
      for (const { view } of threads) assert.deepEqual([view.state(index), view.inFlight(index)], ['usable', 0]);
    }
  });
}
