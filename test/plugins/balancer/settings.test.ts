// The settings as a gateway.yaml gives them: defaults, spans with units, and what is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chainOf, errorsOf } from '../../support/chain.ts';

describe('settings', () => {
  test('are filled in', async () => {
    const [entry] = await chainOf('balancer');
    assert.deepEqual(entry?.settings, {
      strategy: 'round-robin',
      attempts: 5,
      retries: { same: 1, backoff: 200, maxBackoff: 2000, budget: { share: 0.2, least: 3 } },
      hedge: 0,
      wait: 0,
      sessions: {
        headers: ['x-session-id', 'session-id', 'session_id', 'x-claude-code-session-id', 'x-session-affinity'],
      },
    });
  });

  test('are filled in around what is given, spans in milliseconds', async () => {
    const given = {
      retries: { backoff: '1.5s', budget: { least: 9 } },
      hedge: '4s',
      wait: 250,
      sessions: { headers: [] },
    };
    const [entry] = await chainOf({ balancer: given });
    const { retries, hedge, wait, sessions } = entry?.settings ?? {};
    assert.deepEqual(
      { retries, hedge, wait, sessions },
      {
        retries: { same: 1, backoff: 1500, maxBackoff: 2000, budget: { share: 0.2, least: 9 } },
        hedge: 4000,
        wait: 250,
        sessions: { headers: [] },
      },
    );
  });

  const refused: Record<string, readonly [object, RegExp]> = {
    'a strategy that does not exist': [{ strategy: 'least-busi' }, /did you mean "least-busy"/],
    'a share above 1': [{ retries: { budget: { share: 20 } } }, /at most 1$/],
    'a span that is none': [{ hedge: 'soon' }, /a time span such as/],
    'a header in upper case': [{ sessions: { headers: ['X-Session'] } }, /lower case/],
    'a setting that does not exist': [{ retry: 3 }, /retries/],
  };
  for (const [what, [settings, words]] of Object.entries(refused)) {
    test(`refuse ${what}`, async () => {
      const errors = await errorsOf({ balancer: settings });
      assert.equal(errors.length, 1);
      assert.match(errors[0] ?? '', words);
    });
  }
});
