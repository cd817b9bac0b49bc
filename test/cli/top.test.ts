// What `portico top` shows of given figures, and how it treats the terminal.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Screen } from '../../src/cli/top/screen.ts';
import { screenOf, snapshotOf } from '../../src/cli/top/view.ts';
import { watch } from '../../src/cli/top/watch.ts';
import type { Stats } from '../../src/control/plane.ts';
import type { Figures } from '../../src/control/stats/tally.ts';

function figuresOf(name: string, changes: Partial<Figures> = {}): Figures {
  return {
    name,
    requests: 0,
    errors: 0,
    refused: 0,
    aborted: 0,
    inputTokens: 0,
    outputTokens: 0,
    costMicros: 0,
    p50: undefined,
    p99: undefined,
    firstByteP50: undefined,
    firstByteP99: undefined,
    ...changes,
  };
}

const busy = { requests: 600, errors: 3, refused: 12, aborted: 1, inputTokens: 720_000, outputTokens: 60_000 };
const times = { p50: 820, p99: 12_400, firstByteP50: 310, firstByteP99: 2_100 };
const stats: Stats = {
  version: '1.2.3',
  revision: 'abcdef012345',
  uptimeMs: 10_800_000,
  draining: false,
  inFlight: 7,
  threads: [
    {
      thread: 0,
      state: 'serving',
      inFlight: 4,
      pulse: { lagP99Ms: 3, lagMaxMs: 9, utilization: 0.23, connections: 12, heapUsed: 5000 },
    },
    { thread: 1, state: 'draining', inFlight: 3, pulse: undefined },
  ],
  limits: [
    { subject: 'key:ci', kind: 'requests', window: '1m', used: 59, amount: 60, resetsAt: 0 },
    { subject: 'account:one/a', kind: 'cost', window: 'month', used: 1_250_000, amount: 5_000_000, resetsAt: 0 },
    { subject: 'route:root', kind: 'concurrency', window: '', used: 1, amount: 8, resetsAt: undefined },
  ],
  windowSeconds: 60,
  perSecond: 9.6,
  series: [0, 4, 8, 16],
  total: figuresOf('all', { ...busy, ...times, costMicros: 2_500_000 }),
  tables: {
    routes: [
      figuresOf('root', { ...busy, ...times, costMicros: 2_500_000 }),
      figuresOf('rare', { requests: 6, errors: 6 }),
    ],
    providers: [],
    accounts: [figuresOf('mock/default', { requests: 600 })],
    keys: [figuresOf('a\u001b[2Jkey', { requests: 600 })],
  },
};

const view = { table: 'routes', sort: 'requests', columns: 120, rows: 14, trouble: undefined } as const;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals are told is made of them.
const plain = (lines: readonly string[]) => lines.map((line) => line.replace(/\u001b\[\d+m/g, ''));

describe('the screen', () => {
  test('shows everything at its place', () => {
    assert.deepEqual(plain(screenOf(stats, view)), [
      'portico 1.2.3   revision abcdef012345   up 3 h',
      'requests  9.6/s   in flight 7   ▁▃▅█',
      'answers   errors 0.50 %   refused 2 %   left 0.17 %',
      'latency   p50 820 ms   p99 12 s   first byte p50 310 ms   p99 2.1 s',
      'tokens    in 12k/s   out 1000/s   cost 150 USD/h',
      'threads   0: 4 in flight, 12 connections, busy 23 %, lag 3 ms   1: draining, 3 in flight',
      'limits    key:ci requests/1m 59 of 60   account:one/a cost/month 1.25 of 5.00   route:root concurrency 1 of 8',
      '',
      ' routes  providers  accounts  keys ',
      'NAME  REQ/S*  ERRORS  REFUSED     P50   P99   FIRST  TOK/S  USD/H',
      'root      10  0.50 %      2 %  820 ms  12 s  310 ms    13k    150',
      'rare    0.10   100 %      0 %       -     -       -      0      0',
      '',
      'q quit   tab next table   s sort (requests)',
    ]);
  });

  test('fits the terminal, however small', () => {
    for (const [columns, rows] of [
      [40, 10],
      [20, 5],
      [1, 1],
    ] as const) {
      const lines = plain(screenOf(stats, { ...view, columns, rows }));
      assert.equal(lines.length, rows);
      assert.ok(lines.filter((line) => !line.includes('providers')).every((line) => line.length <= columns));
    }
  });

  test('sorts as asked and marks the column', () => {
    const lines = plain(screenOf(stats, { ...view, sort: 'errors' }));
    assert.match(lines[9] ?? '', / ERRORS\* /);
    assert.match(lines[10] ?? '', /^rare /);
  });

  test('says when its figures are old', () => {
    assert.equal(screenOf(stats, { ...view, trouble: 'No gateway runs.' }).at(-1), 'No gateway runs.');
  });

  test('no name can move the cursor', () => {
    const lines = screenOf(stats, { ...view, table: 'keys' });
    assert.match(lines.join('\n'), /a\?\[2Jkey/);
  });
});

test('a snapshot has every table that has rows', () => {
  const text = snapshotOf(stats, 'requests');
  assert.match(text, /^portico 1\.2\.3 /);
  assert.deepEqual(text.match(/^(routes|providers|accounts|keys)$/gm), ['routes', 'accounts', 'keys']);
  assert.ok(!text.includes('\u001b'));
});

class FakeScreen implements Screen {
  readonly columns = 100;
  readonly rows = 20;
  readonly shown: (readonly string[])[] = [];
  closed = false;
  press: (key: string) => void = () => assert.fail('nobody listens');

  show(lines: readonly string[]): void {
    assert.ok(!this.closed);
    this.shown.push(lines);
  }
  onKey(react: (key: string) => void): void {
    this.press = react;
  }
  onResize(): void {
    // Stays as it is.
  }
  close(): void {
    this.closed = true;
  }
}

test('keys change the table and the order, and end it', async () => {
  for (const last of ['q', '\u0003']) {
    const screen = new FakeScreen();
    const watching = watch({ screen, first: stats, sort: 'requests', ask: async () => stats });
    screen.press('\t');
    screen.press('\t');
    assert.match(screen.shown.at(-1)?.join('\n') ?? '', /mock\/default/);
    screen.press('s');
    assert.match(screen.shown.at(-1)?.at(-1) ?? '', /sort \(errors\)/);
    screen.press(last);
    await watching;
    assert.ok(screen.closed);
  }
});

test('a gateway that goes away leaves its last figures, and comes back', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const screen = new FakeScreen();
  const answers = [new Error('No gateway runs.'), { ...stats, inFlight: 99 }];
  const ask = async () => {
    const answer = answers.shift();
    if (answer instanceof Error || answer === undefined) throw answer;
    return answer;
  };
  const watching = watch({ screen, first: stats, sort: 'requests', ask });
  const nextPicture = async () => {
    const before = screen.shown.length;
    t.mock.timers.tick(1_000);
    for (let turn = 0; turn < 100 && screen.shown.length === before; turn += 1) await Promise.resolve();
    return screen.shown.at(-1)?.join('\n') ?? '';
  };
  const gone = await nextPicture();
  assert.match(gone, /in flight 7/);
  assert.match(gone, /No gateway runs\. Trying again; these figures are old\.$/);
  const back = await nextPicture();
  assert.match(back, /in flight 99/);
  assert.match(back, /q quit/);
  screen.press('q');
  await watching;
});
