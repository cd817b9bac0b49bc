// What choosing costs: `npm run bench:pick`. A thousand accounts serve a hundred models; for each strategy the median CPU
// time from the candidates to the first target worth asking, in microseconds: with all accounts usable, with a tenth of them
// put aside, and with nine tenths. The row `groups` is a weighted group of ten such models over round-robin.
import { type OrderMeans, order } from '../plugins/balancer/order/order.ts';
import type { AccountPool, AccountStrategy, Candidates, Target } from '../src/core/index.ts';
import { createMemory, SharedLedger } from '../src/ledger/memory.ts';

const accounts = 1000;
const models = 100;
const picks = 5000;
const rounds = 7;

const strategies: readonly AccountStrategy[] = [
  'round-robin',
  'weighted',
  'random',
  'fill-first',
  'least-used',
  'least-busy',
  'latency',
  'cheapest',
  'sticky',
];

const pools: readonly AccountPool[] = Array.from({ length: models }, (_, model) => ({
  kind: 'accounts',
  name: `up/model-${model}`,
  weight: 1 + (model % 3),
  on: undefined,
  targets: Array.from({ length: accounts }, (_each, account) => ({
    provider: 'up',
    account: `account-${account}`,
    model: `model-${model}`,
    priority: 0,
    weight: 1 + (account % 5),
  })),
}));
const group = { kind: 'group', name: 'fast', strategy: 'weighted', weight: 1, on: undefined } as const;
const groups = pools.slice(0, 10).map((_, index) => ({ ...group, members: pools.slice(index * 10, index * 10 + 10) }));

/** A memory of its own, in which so many of ten accounts cool for all models. */
function ledgerWhere(cooling: number): SharedLedger {
  const ledger = new SharedLedger(createMemory(), 0);
  const cause = { cause: 'rate-limit', scope: 'account', status: 429, hintMs: 3_600_000 } as const;
  pools[0]?.targets.forEach((target, index) => {
    const watch = ledger.health.begin(target);
    if (index % 10 < cooling) watch.cool({ ...cause, firstMs: 1000, mostMs: 3_600_000 });
    else watch.answered(20 + (index % 97));
    watch.end();
  });
  return ledger;
}

function meansOf(ledger: SharedLedger, strategy: AccountStrategy): OrderMeans {
  const price = { input: 3, output: 15 };
  return {
    strategy,
    health: ledger.health,
    session: 'c0ffee00deadbeef',
    next: (cursor) => ledger.next(cursor),
    random: Math.random,
    now: Date.now,
    priceOf: () => price,
  };
}

function pick(candidates: Candidates, means: OrderMeans): Target | undefined {
  for (const { state, target } of order(candidates, means)) if (state === 'usable' || state === 'trial') return target;
  return undefined;
}

function microseconds(all: readonly Candidates[], means: OrderMeans): number {
  const times = Array.from({ length: rounds }, () => {
    const started = process.cpuUsage();
    for (let time = 0; time < picks; time += 1) {
      if (pick(all[time % all.length] as Candidates, means) === undefined) throw new Error('nobody was picked');
    }
    const { user, system } = process.cpuUsage(started);
    return (user + system) / picks;
  });
  return times.sort((a, b) => a - b)[rounds >> 1] ?? 0;
}

const columns = [0, 1, 9].map(ledgerWhere);
const row = (name: string, all: readonly Candidates[], strategy: AccountStrategy) =>
  [
    name.padEnd(12),
    ...columns.map((ledger) => microseconds(all, meansOf(ledger, strategy)).toFixed(2).padStart(12)),
  ].join('');

console.log(['strategy'.padEnd(12), 'all usable', '1/10 cool', '9/10 cool'].map((head) => head.padStart(12)).join(''));
for (const strategy of strategies) console.log(row(strategy, pools, strategy));
console.log(row('groups', groups, 'round-robin'));
