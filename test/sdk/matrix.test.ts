// Recorded streams, translated, satisfy the clients of every other dialect.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialectNames } from '../../src/dialects/index.ts';
import { asking } from '../support/asking.ts';
import { noCorpus } from '../support/corpus.ts';
import { streamed } from '../support/translated.ts';
import { clients } from './clients/clients.ts';
import { explanation } from './explained.ts';
import { complaint } from './judge.ts';
import { matrix, table } from './matrix.ts';
import { saidIn } from './said/said.ts';
import { samples } from './samples.ts';

describe('a stream of one dialect is heard by the clients of another', () => {
  for (const from of dialectNames) {
    for (const to of dialectNames.filter((name) => name !== from)) {
      it(`${from} -> ${to}`, async () => {
        const { text, ended, fault } = streamed(from, to, samples[from], asking(to, [{ name: 'weather' }]));
        assert.deepEqual({ ended, fault }, { ended: true, fault: undefined });
        const said = saidIn(from, samples[from]);
        for (const client of clients[to]) {
          assert.equal(complaint(said, await client.listen(text, ['weather']), client), undefined, client.name);
        }
      });
    }
  }
});

describe('recorded streams', { skip: noCorpus }, () => {
  it('are heard as they were said: at least 99 of 100, and of the rest it is known why', async () => {
    const cells = await matrix();
    const native = cells.filter((cell) => cell.native);
    const failed = cells.filter(({ complaint: found }) => found !== undefined);
    const unexplained = failed.filter((cell) => explanation(cell) === undefined);
    assert.deepEqual(unexplained, [], table(cells));
    assert.ok(failed.filter((cell) => cell.native).length <= native.length / 100, table(cells));
  });
});
