// The listeners themselves: what a dialect's own streams say is what its clients hear. Without this a matrix of
// translated streams would prove little.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectName } from '../../src/core/index.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { isNative, noCorpus, recorded } from '../support/corpus.ts';
import { clients } from './clients/clients.ts';
import { complaint } from './judge.ts';
import { saidIn } from './said/said.ts';
import { samples } from './samples.ts';

describe('the clients of a dialect hear what its streams say', () => {
  for (const dialect of dialectNames) {
    for (const client of clients[dialect]) {
      it(`${dialect}: ${client.name}`, async () => {
        const said = saidIn(dialect, samples[dialect]);
        assert.deepEqual(
          { ...said, calls: said.calls.map((call) => call.name) },
          {
            text: 'Sure — 好',
            calls: ['weather', 'weather'],
            finish: 'tool',
            usage: { input: 11, output: 7 },
            ended: true,
            failed: false,
          },
        );
        assert.equal(complaint(said, await client.listen(samples[dialect], ['weather']), client), undefined);
      });
    }
  }
});

describe('the judge complains', () => {
  it('when anything differs', async () => {
    const said = saidIn('openai-chat', samples['openai-chat']);
    const [client] = clients['openai-chat'];
    assert.ok(client !== undefined);
    const heard = await client.listen(samples['openai-chat'], []);
    assert.match(complaint(said, { ...heard, text: 'x' }, client) ?? '', /^text: "x"/);
    assert.match(complaint(said, { ...heard, calls: [] }, client) ?? '', /^calls: \[\]/);
    assert.match(complaint(said, { ...heard, finish: 'stop' }, client) ?? '', /^finish: stop, not tool_calls/);
    assert.match(complaint(said, { ...heard, usage: { input: 1, output: 7 } }, client) ?? '', /^usage: /);
  });
});

describe('recorded streams are heard in their own dialect', { skip: noCorpus }, () => {
  for (const dialect of dialectNames) {
    it(dialect, async () => {
      const { passed, heard } = await hear(dialect);
      assert.ok(passed / heard > 0.8, `${passed} of ${heard}`);
    });
  }
});

/** Vendors' own streams: some hold things a client of another maker does not know, so not all can be heard. */
async function hear(dialect: DialectName): Promise<{ passed: number; heard: number }> {
  const count = { passed: 0, heard: 0 };
  for (const one of recorded(dialect).filter(isNative)) {
    const said = saidIn(dialect, one.sse ?? '');
    if (one.sse === undefined || !said.ended || said.failed) continue;
    for (const client of clients[dialect]) {
      count.heard++;
      const names = said.calls.map(({ name }) => name);
      // Streams a client refuses are counted like those it hears wrongly.
      const found = await client.listen(one.sse, names).then(
        (heard) => complaint(said, heard, client),
        (error: unknown) => String(error),
      );
      if (found === undefined) count.passed++;
    }
  }
  return count;
}
