// A line that everybody has left listens to nobody any more, also where one came while another was being called.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Ledger } from '../../../src/core/index.ts';
import { Line, type Waiting } from '../../../src/gateway/attempt/queue/line.ts';
import { createMemory, SharedLedger } from '../../../src/ledger/memory.ts';
import { claimsFor } from '../../ledger/limits/claims.ts';
import { targetAt } from './rig.ts';

test('who comes while another is called, and leaves, leaves no listener behind', async () => {
  const shared = new SharedLedger(createMemory(), 0);
  const signals: AbortSignal[] = [];
  const ledger: Ledger = {
    reserve: (claims) => shared.reserve(claims),
    read: (claims) => shared.read(claims),
    next: (name) => shared.next(name),
    peek: (name) => shared.peek(name),
    freed(claims, signal) {
      signals.push(signal);
      return shared.freed(claims, signal);
    },
  };
  const places = claimsFor('account:up/main', { concurrency: 1 });
  const line = new Line(ledger, 'up/main', { size: 2, wait: 1000 }, places);
  const waiting = (call: () => void): Waiting => ({ target: targetAt('up'), since: 0, call });
  const second = waiting(() => assert.fail('the place is taken'));
  const called = Promise.withResolvers<void>();
  line.join(
    waiting(() => {
      void ledger.reserve(places);
      line.join(second);
      called.resolve();
    }),
  );
  await called.promise;
  await setImmediate();
  await setImmediate();
  line.leave(second);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    signals.map(() => true),
  );
  assert.equal(signals.length, 2);
});
