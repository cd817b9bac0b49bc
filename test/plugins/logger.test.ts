// Which requests the logger writes a line about, and what it leaves out of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, CallContext, CallEnd, CallRecord, Fields, Host } from 'portico';
import factory from '../../plugins/logger/index.ts';
import { recordOf } from '../support/record.ts';

type Settings = Parameters<typeof factory>[0];

const record = recordOf({
  stream: false,
  ms: 20,
  usage: undefined,
  usageSource: 'none',
  costMicros: undefined,
  priceSource: 'none',
});

interface Written {
  readonly record: CallRecord;
  readonly fields: Fields | undefined;
}

/** Sends one request through the plugin; gives the lines written when it is over, and none before. */
async function log(settings: Partial<Settings>, about: Partial<CallRecord> = {}, headers = {}): Promise<Written[]> {
  const written: Written[] = [];
  const host = { logRequest: (line: CallRecord, fields?: Fields) => void written.push({ record: line, fields }) };
  const config = { sample: 1, errors: 'always', slow: 0, headers: [], redact: [], ...settings } satisfies Settings;
  const { promise, resolve } = Promise.withResolvers<CallEnd>();
  const call = { done: promise, record: () => ({ ...record, ...about }) } as unknown as Call;
  const ctx = { call, req: { headers } } as unknown as CallContext;
  const answer = await factory(config, host as unknown as Host)(ctx, async () => 'answered');
  assert.equal(answer, 'answered');
  assert.deepEqual(written, [], 'nothing is written before the call is done');
  resolve({
    outcome: 'ok',
    status: 200,
    usage: undefined,
    usageSource: 'none',
    costMicros: undefined,
    priceSource: 'none',
  });
  await promise;
  await undefined;
  return written;
}

test('every request gets a line unless told otherwise', async () => {
  assert.equal((await log({})).length, 1);
  assert.equal((await log({ sample: 0 })).length, 0);
});

test('failures and aborted calls get one whatever the sample, unless they are sampled too', async () => {
  for (const outcome of ['error', 'aborted'] as const) {
    assert.equal((await log({ sample: 0 }, { outcome })).length, 1);
    assert.equal((await log({ sample: 0, errors: 'sampled' }, { outcome })).length, 0);
  }
});

test('slow requests get one whatever the sample', async () => {
  assert.equal((await log({ sample: 0, slow: 100 }, { ms: 100 })).length, 1);
  assert.equal((await log({ sample: 0, slow: 100 }, { ms: 99 })).length, 0);
});

test('a sample is that share of requests', async () => {
  let lines = 0;
  for (let index = 0; index < 2_000; index += 1) lines += (await log({ sample: 0.25 }, { id: `call-${index}` })).length;
  assert.ok(lines > 400 && lines < 600, String(lines));
});

test('headers are added when named, credentials masked', async () => {
  const headers = { 'x-session-id': 's-1', authorization: 'Bearer secret', 'x-private': 'p', other: 'o' };
  const [line] = await log(
    { headers: ['X-Session-Id', 'Authorization', 'x-private', 'absent'], redact: ['X-Private'] },
    {},
    headers,
  );
  assert.deepEqual(line?.fields, { 'x-session-id': 's-1', authorization: '***', 'x-private': '***' });
});

test('fields are masked when named', async () => {
  const [line] = await log({ redact: ['clientIp', 'key', 'status'] });
  assert.deepEqual(line?.record, { ...record, clientIp: '***', key: '***' });
});
