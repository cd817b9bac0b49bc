// What `portico providers models` says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeModels } from '../../src/cli/providers/models.ts';

const time = Date.UTC(2026, 10, 21, 9, 30);
const models = [
  { name: 'small', id: 'small' },
  { name: 'mine', id: 'ft:mine' },
];

test('a list of the file is only listed', () => {
  const text = describeModels({ provider: 'up', any: true, models, discovery: null });
  assert.equal(text, 'small\nmine   is ft:mine\n*      whatever is asked for\n');
});

test('a list of the upstream is told with its time', () => {
  const discovery = { state: 'current', models: 2, time, error: undefined, next: time + 3_600_000 } as const;
  const text = describeModels({ provider: 'up', any: false, models, discovery });
  assert.match(
    text,
    /asked for its models: 2 in the list of 2026-11-21 09:30:00; asked again at 2026-11-21 10:30:00\./,
  );
});

test('one that cannot be had says why', () => {
  const discovery = {
    state: 'failing',
    models: 0,
    time: undefined,
    error: 'it answered 401',
    next: undefined,
  } as const;
  const text = describeModels({ provider: 'up', any: false, models: [], discovery });
  assert.match(text, /gives no list: it answered 401\. no list so far; asked again by hand only\./);
});
