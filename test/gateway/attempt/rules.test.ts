// `onError`: the operator's own rules on errors, of an account, its provider and the route, in both lanes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { load } from '../../../src/config/load.ts';
import type { LoadedErrorRule } from '../../../src/config/loaded.ts';
import { HandClock } from '../../support/clock.ts';
import { account, root } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { rigOf, targetAt } from './rig.ts';

interface Wanted extends Partial<Omit<LoadedErrorRule, 'then'>> {
  /** What follows (`then`). */
  readonly on?: 'stop' | 'retry' | 'next';
}

function rule(status: number, { on, ...more }: Wanted = {}): LoadedErrorRule {
  // biome-ignore lint/suspicious/noThenProperty: the setting's name
  return { statuses: [[status, status]], match: undefined, then: on, cool: undefined, scope: undefined, ...more };
}

interface Levels {
  readonly account?: readonly LoadedErrorRule[];
  readonly provider?: readonly LoadedErrorRule[];
  readonly route?: readonly LoadedErrorRule[];
}

describe('rules on errors', () => {
  let upstream: Upstream;
  const clock = new HandClock();
  const lane = { dialect: 'anthropic-messages', operation: 'chat' } as const;
  before(async () => {
    upstream = await Upstream.start(json({}));
  });
  after(() => upstream[Symbol.asyncDispose]());

  /** What becomes of an error: verdict, and what is put aside why and for how long. */
  async function follows(levels: Levels, status: number, message = 'no', translated = false) {
    upstream.answer = json({ error: { message } }, status);
    const accounts = [account('main', upstream.url, { onError: levels.account ?? [] })];
    await using rig = await rigOf(
      { up: { url: upstream.url, accounts, onError: levels.provider ?? [] } },
      { routes: [{ name: 'root', onError: levels.route ?? [] }] },
      clock,
    );
    const target = targetAt('up', 'main', translated ? { lane } : {});
    const outcome = await rig.outcomeOf(target);
    assert.ok(!outcome.ok);
    const { cooled } = outcome;
    assert.equal(rig.standing(target).state, cooled === undefined ? 'usable' : 'cooling');
    return [outcome.verdict, cooled && `${cooled.scope} ${cooled.cause} ${cooled.until - clock.now()}`];
  }

  test('what follows is said by `then`, the rest stays as usual', async () => {
    assert.deepEqual(await follows({ provider: [rule(500, { on: 'stop' })] }, 500), ['stop', undefined]);
    assert.deepEqual(await follows({ provider: [rule(400, { on: 'next' })] }, 400), ['next', undefined]);
    const again = rule(429, { on: 'retry' });
    assert.deepEqual(await follows({ provider: [again] }, 429), ['retry', 'model rate-limit 1000']);
  });

  test('what is put aside for how long is said by `cool`, at most for as long as the provider allows; 0 is not at all', async () => {
    const [short, long] = [rule(500, { cool: 5000 }), rule(500, { cool: 86_400_000 })];
    assert.deepEqual(await follows({ provider: [short] }, 500), ['retry', 'model rule 5000']);
    assert.deepEqual(await follows({ provider: [long] }, 500), ['retry', 'model rule 1800000']);
    assert.deepEqual(await follows({ provider: [rule(429, { cool: 0 })] }, 429), ['next', undefined]);
    assert.deepEqual(await follows({ provider: [rule(401, { cool: 0 })] }, 401), ['next', undefined]);
    // A fault of the request's puts something aside where somebody says so.
    const busy = rule(400, { on: 'next', cool: 7000 });
    assert.deepEqual(await follows({ provider: [busy] }, 400), ['next', 'model rule 7000']);
  });

  test('`scope` is the account for this model, or all of it', async () => {
    const own = rule(500, { cool: 5000, scope: 'account' });
    assert.deepEqual(await follows({ provider: [own] }, 500), ['retry', 'account rule 5000']);
    const usual = rule(429, { scope: 'account' });
    assert.deepEqual(await follows({ provider: [usual] }, 429), ['next', 'account rate-limit 1000']);
    // What is the whole account's fault stays that, unless the rule says otherwise.
    const credentials = rule(401, { on: 'stop' });
    assert.deepEqual(await follows({ provider: [credentials] }, 401), ['stop', 'account credentials 1800000']);
    const noAccess = rule(403, { scope: 'model' });
    assert.deepEqual(await follows({ provider: [noAccess] }, 403), ['next', 'model forbidden 1800000']);
  });

  test('`match` looks for text, upper and lower case alike, or for a pattern; the first that holds counts', async () => {
    const rules = [
      rule(400, { match: 'Try LATER', on: 'retry' }),
      rule(400, { match: '/quota .{1,9} gone/', on: 'next' }),
    ];
    assert.deepEqual(await follows({ provider: rules }, 400, 'please try later'), ['retry', undefined]);
    assert.deepEqual(await follows({ provider: rules }, 400, 'quota is all gone'), ['next', undefined]);
    assert.deepEqual(await follows({ provider: rules }, 400, 'something else'), ['stop', undefined]);
    const both = [rule(400, { on: 'retry' }), rule(400, { on: 'next' })];
    assert.deepEqual(await follows({ provider: both }, 400), ['retry', undefined]);
  });

  test('only so much of an error is looked at', async () => {
    const rules = [rule(400, { match: 'needle', on: 'next' })];
    const long = 'x'.repeat(65_536);
    assert.deepEqual(await follows({ provider: rules }, 400, `needle ${long}`), ['next', undefined]);
    assert.deepEqual(await follows({ provider: rules }, 400, `${long} needle`), ['stop', undefined]);
  });

  test('statuses are ranges', async () => {
    const rules = [
      rule(0, {
        statuses: [
          [404, 404],
          [500, 599],
        ],
        on: 'stop',
      }),
    ];
    assert.deepEqual(await follows({ provider: rules }, 503), ['stop', 'model unavailable 60000']);
    assert.deepEqual(await follows({ provider: rules }, 429), ['next', 'model rate-limit 1000']);
  });

  test('the account’s come before the provider’s, those before the route’s', async () => {
    const [one, two, three] = [1000, 2000, 3000].map((cool) => rule(500, { cool }));
    const lists = { account: [one], provider: [two], route: [three] } as Required<Levels>;
    assert.deepEqual(await follows(lists, 500), ['retry', 'model rule 1000']);
    assert.deepEqual(await follows({ ...lists, account: [] }, 500), ['retry', 'model rule 2000']);
    assert.deepEqual(await follows({ route: lists.route }, 500), ['retry', 'model rule 3000']);
    assert.deepEqual(await follows({ ...lists, account: [rule(400)] }, 500), ['retry', 'model rule 2000']);
  });

  test('all of this holds where the request is translated', async () => {
    const rules = [rule(400, { match: 'later', on: 'next', cool: 4000, scope: 'account' })];
    assert.deepEqual(await follows({ account: rules }, 400, 'later', true), ['next', 'account rule 4000']);
    assert.deepEqual(await follows({ route: [rule(500, { on: 'stop' })] }, 500, 'no', true), ['stop', undefined]);
  });
});

async function faultsOf(text: string): Promise<string[]> {
  const path = join(root, 'gateway-of-a-test.yaml');
  const { issues } = await load({ file: path, documents: [{ path, text }], env: {}, builtin: root });
  return issues.map(({ severity, line, message }) => `${line} ${severity} ${message}`);
}

test('a pattern that cannot be compiled is an error at its place; plain text may look like anything', async () => {
  const text = `version: 1
providers:
  - name: mock
    onError:
      - { status: 400, match: "(plain" }
      - { status: 5xx, match: "/(open/" }
    accounts:
      - { name: main, onError: [{ status: 400, match: "/a{2,1}/" }] }
routes:
  - { name: root, paths: [/], onError: [{ status: [429], match: "/[/" }] }
  - { name: wiki, paths: [/wiki], url: http://127.0.0.1:9000, onError: [{ status: 400 }] }
plugins: [auth, balancer]
`;
  const found = await faultsOf(text);
  const remedy = 'without the slashes it is plain text';
  assert.deepEqual(
    found.map((line) => line.replace(/: missing.*?;|: invalid.*?;/, ' …;')),
    [
      `6 error not a regular expression …; ${remedy}`,
      `8 error not a regular expression …; ${remedy}`,
      `10 error not a regular expression …; ${remedy}`,
      '11 error "onError" is about errors of providers, and this route leads to a `url:`',
    ],
  );
});

test('a rule that asks for longer than its provider puts anything aside is warned of', async () => {
  const text = `version: 1
providers:
  - name: mock
    onError: [{ status: 503, cool: 30m }, { status: 429, cool: 1h }]
    accounts:
      - { name: main, onError: [{ status: 400, cool: 2h }] }
  - name: calm
    use: mock
    cooling: off
    onError: [{ status: 400, cool: 0 }, { status: 429, cool: 5s }]
`;
  assert.deepEqual(await faultsOf(`${text}  - { name: wrong, use: mock, onError: [{ status: 429, cool: soon }] }\n`), [
    '4 warning is cut to 30m: raise `cooling.most` of the provider',
    '6 warning is cut to 30m: raise `cooling.most` of the provider',
    '10 warning puts nothing aside: `cooling` of the provider is off',
    '11 error must be a time span such as `30s`, `2m` or 1500 (milliseconds)',
  ]);
});
