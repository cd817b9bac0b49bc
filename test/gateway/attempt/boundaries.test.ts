// A stream that breaks at each of its event boundaries, in each way, in every dialect, translated or not: until the first
// output another account answers and the client sees nothing of it; after it the client is told, nobody else is asked, and
// nothing looks like an end.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { type DialectName, readLimits } from '../../../src/core/index.ts';
import { dialectNames, dialects } from '../../../src/dialects/index.ts';
import { EventSplitter } from '../../../src/dialects/sse.ts';
import { claimsFor, usedOf } from '../../ledger/limits/claims.ts';
import { account, pluginEntry, TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { asking, eventsOf, textIn } from '../translate/rig.ts';

type Break = (res: ServerResponse) => void;

/** How it breaks, behind what has been written. */
const breaks: Readonly<Record<string, Break>> = {
  'ends too early': (res) => void res.end(),
  'loses its connection': (res) => void res.destroy(),
  'is reset': (res) => void res.socket?.resetAndDestroy(),
};

const limits = { concurrency: 3 };
const head = { 'content-type': 'text/event-stream' };
/** What the answer of the other account says, to tell it from the one that broke. */
const other = 'good day';

interface Seen {
  readonly text: string;
  readonly error: string | undefined;
  readonly ended: boolean;
}

/** As a client of the dialect reads it. */
function read(dialect: DialectName, received: string): Seen {
  const splitter = new EventSplitter();
  const meanings = [...splitter.push(Buffer.from(received)), ...splitter.end()]
    .filter(({ data, event }) => data !== '' || event !== '')
    .map(({ data, event }) => dialects[dialect].readEvent(event, data));
  const error = meanings.at(-1)?.error;
  const ended = meanings.some(({ terminal, error: told }) => terminal && told === undefined);
  return { text: error === undefined ? textIn(dialect, received) : '', error, ended };
}

describe('a stream that breaks', () => {
  let first: Upstream;
  let second: Upstream;
  let portico: TestGateway;
  before(async () => {
    first = await Upstream.start(() => undefined);
    second = await Upstream.start(() => undefined);
    const providers = dialectNames.flatMap((name) => [
      {
        name: `broken-${name}`,
        url: first.url,
        dialects: [name],
        cooling: undefined,
        accounts: [account('a', first.url, { priority: 1, limits: readLimits(limits) })],
      },
      { name: `whole-${name}`, url: second.url, dialects: [name], accounts: [account('b', second.url)] },
    ]);
    const routes = dialectNames.map((name) => ({
      name,
      paths: [`/${name}`],
      providers: [`broken-${name}`, `whole-${name}`],
    }));
    const plugins = [pluginEntry('auth', { query: true }), pluginEntry('translator'), pluginEntry('balancer')];
    portico = await TestGateway.start({ providers, routes, plugins });
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
  });

  async function ask(caller: DialectName, upstream: DialectName) {
    second.requests.length = 0;
    const { path, body } = asking(caller, true);
    const count = portico.records.length;
    const response = await portico.post(`/${upstream}${path}`, body);
    const received = await response.text();
    await portico.recorded(count + 1);
    const record = portico.records[count];
    const held = await usedOf(portico.ledger, claimsFor(`account:broken-${upstream}/a`, limits));
    assert.deepEqual(held, [0], 'the place at the account is free');
    return { status: response.status, received, record, moved: second.requests.length === 1 };
  }

  for (const upstream of dialectNames) {
    const all = eventsOf(upstream);
    const meanings = all.map((text) => {
      const [event] = new EventSplitter().push(Buffer.from(text));
      return dialects[upstream].readEvent(event?.event ?? '', event?.data ?? '');
    });
    const commit = meanings.findIndex(({ lifecycle }) => !lifecycle);
    // What says that the answer is whole: a stream that ends behind it has lost nothing.
    const last = meanings.findIndex(({ terminal }) => terminal);
    assert.ok(commit >= 0 && last > commit);
    for (const caller of dialectNames) {
      for (const [way, breakOff] of Object.entries(breaks)) {
        if (way === 'is reset' && caller !== upstream) continue;
        test(`${caller} of ${upstream}: ${way}, after each event`, async () => {
          second.answer = (res) => void res.writeHead(200, head).end(all.join(''));
          for (let whole = 0; whole <= last; whole += 1) {
            const sent = all.slice(0, whole).join('');
            first.answer = (res) => {
              res.writeHead(200, head).flushHeaders();
              if (sent === '') setImmediate(breakOff, res);
              else res.write(sent, () => breakOff(res));
            };
            const { status, received, record, moved } = await ask(caller, upstream);
            const place = `after ${whole} events: ${received}`;
            const { text, error, ended } = read(caller, received);
            assert.equal(status, 200, place);
            // A reset may take along what was on its way.
            if (way !== 'is reset') assert.equal(moved, whole <= commit, place);
            if (moved) {
              assert.deepEqual([text.startsWith(other), error, ended], [true, undefined, true], place);
              assert.equal(record?.attempts.length, 2);
              continue;
            }
            assert.equal(typeof error, 'string', place);
            assert.equal(ended, false, place);
            assert.deepEqual([record?.outcome, record?.attempts.length], ['error', 1], place);
          }
        });
      }
    }
  }
});
