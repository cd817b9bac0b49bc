// Many accounts are asked side by side, not all at once, and answered in their order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { sideBySide } from '../../../src/cli/auth/side-by-side.ts';

test('some at once; one that is slow holds nobody up; the order stays', async () => {
  const { promise: slow, resolve: answer } = Promise.withResolvers<void>();
  const accounts = Array.from({ length: 20 }, (_, at) => ({ provider: 'acme', account: `a${at}` }));
  let running = 0;
  let most = 0;
  let done = 0;
  const terminal = { cwd: '/', env: {}, color: false, out: () => undefined, error: () => undefined };
  const asked = sideBySide(terminal, 'asking', accounts, async ({ account }) => {
    running += 1;
    most = Math.max(most, running);
    await (account === 'a0' ? slow : turn());
    running -= 1;
    done += 1;
    if (done === 19) answer();
    return account;
  });
  assert.deepEqual(
    await asked,
    accounts.map(({ account }) => account),
  );
  assert.equal(most, 8);
});
