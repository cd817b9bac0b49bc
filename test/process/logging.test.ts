// Lines reach their outputs in the right form, without secrets, across reloads, whatever becomes of a file.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { LogOutput } from '../../src/config/loaded.ts';
import type { Line } from '../../src/gateway/outbox.ts';
import { formatLine } from '../../src/process/logging/format.ts';
import { Logging } from '../../src/process/logging.ts';
import { HandClock } from '../support/clock.ts';
import { recordOf } from '../support/record.ts';

const record = recordOf({ userAgent: 'agent "one"\u0000' });

function lineOf(message: string, changes: Partial<Line> = {}): Line {
  return {
    time: record.time,
    level: 'info',
    source: 'test',
    message,
    fields: undefined,
    record: undefined,
    ...changes,
  };
}

const consoleText: LogOutput = {
  to: 'console',
  format: 'text',
  kinds: ['requests', 'operations'],
  path: undefined,
  maxSize: 1e6,
  maxFiles: 3,
  compress: false,
};

let directory: string;
let shown: string;
let clock: HandClock;
let logging: Logging;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-logs-'));
  shown = '';
  clock = new HandClock();
  logging = new Logging({
    clock,
    stdout: (text) => {
      shown += text;
    },
  });
});
afterEach(async () => {
  await logging.close();
  await rm(directory, { recursive: true });
});

const fileOutput = (name: string, changes: Partial<LogOutput> = {}): LogOutput => ({
  ...consoleText,
  to: 'file',
  path: join(directory, name),
  ...changes,
});

async function filesOf(prefix: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(prefix)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const)),
  );
}

const contentOf = async (prefix: string) => Object.values(await filesOf(prefix)).join('');

describe('formats', () => {
  test('access-log is the Combined Log Format with milliseconds, model and tokens', () => {
    assert.equal(
      formatLine(lineOf('request', { record }), 'access-log'),
      '10.0.0.1 - ci [21/Nov/2026:02:39:46 +0000] "POST /v1/chat/completions HTTP/1.1" 200 345 "-" ' +
        '"agent \\"one\\"\\x00" 13 fast\\x20model 7/9',
    );
    assert.equal(formatLine(lineOf('started'), 'access-log'), undefined);
  });

  test('json is one object a line', () => {
    const line = JSON.parse(formatLine(lineOf('two\nlines', { fields: { a: 1 }, record }), 'json') ?? '');
    assert.equal(line.time, '2026-11-21T02:39:46.000Z');
    assert.equal(line.message, 'two\nlines');
    assert.deepEqual(line.fields, { a: 1 });
    assert.equal(line.request.status, 200);
  });

  test('text says of a request what a person wants to know', () => {
    assert.equal(
      formatLine(lineOf('request', { record, source: 'logger' }), 'text'),
      '2026-11-21T02:39:46.000Z info  logger   POST /v1/chat/completions 200 13 ms model=fast model ' +
        'via=mock/default tokens=7/9 key=ci id=01J trace=4bf92f3577b34da6a3ce929d0e0e4736',
    );
  });

  test('no text from outside can pass for a line of the log', () => {
    const forged = formatLine(lineOf('x\n2026-11-21T00:00:00.000Z info  auth     let in\u001b[2J\u202e'), 'text') ?? '';
    assert.ok(
      forged
        .split('\n')
        .slice(1)
        .every((line) => line.startsWith('    ')),
    );
    assert.doesNotMatch(forged, /[[\p{Cc}--\n]\u202e]/v);
    assert.equal(formatLine(lineOf('m', { fields: { a: 'b c\n' } }), 'text')?.endsWith('m a="b c\\n"'), true);
  });
});

describe('outputs', () => {
  test('each takes its kinds of line, from the level on', async () => {
    logging.configure({
      level: 'warn',
      outputs: [
        fileOutput('requests.log', { kinds: ['requests'] }),
        fileOutput('operations.log', { kinds: ['operations'] }),
      ],
    });
    logging.write(lineOf('quiet'));
    logging.write(lineOf('loud', { level: 'error' }));
    logging.write(lineOf('request', { level: 'warn', record }));
    await logging.close();
    assert.match(await contentOf('requests'), /^\S+ warn .*chat\/completions.*\n$/);
    assert.match(await contentOf('operations'), /^\S+ error .*loud\n$/);
  });

  test('the date stands before the extension', async () => {
    logging.configure({ level: 'info', outputs: [fileOutput('access.log')] });
    logging.write(lineOf('one'));
    await logging.close();
    assert.deepEqual(Object.keys(await filesOf('access')), [`access-${new Date().toISOString().slice(0, 10)}.log`]);
  });

  test('files are rotated at their size and the oldest go', async () => {
    for (let start = 0; start < 6; start += 1) {
      logging.configure({ level: 'info', outputs: [fileOutput('small.log', { maxSize: 1024, maxFiles: 2 })] });
      for (let index = 0; index < 10; index += 1) logging.write(lineOf(`line ${start}-${index} ${'x'.repeat(80)}`));
      await logging.close();
      logging = new Logging({ clock, stdout: () => undefined });
    }
    const files = await filesOf('small');
    assert.equal(Object.keys(files).length, 2);
    assert.match(Object.values(files).join(''), /line 5-9 /);
    assert.doesNotMatch(Object.values(files).join(''), /line 0-0 /);
  });

  test('a reload loses no line, of outputs that stay and of those that go', async () => {
    const stays = fileOutput('stays.log');
    logging.configure({ level: 'info', outputs: [stays, fileOutput('goes.log')] });
    for (let index = 0; index < 500; index += 1) logging.write(lineOf(`before ${index}`));
    logging.configure({ level: 'info', outputs: [fileOutput('comes.log'), structuredClone(stays)] });
    for (let index = 0; index < 500; index += 1) logging.write(lineOf(`after ${index}`));
    await logging.close();
    const count = async (name: string) => (await contentOf(name)).split('\n').length - 1;
    assert.deepEqual([await count('stays'), await count('goes'), await count('comes')], [1000, 500, 500]);
    assert.equal(shown, '');
  });
});

describe('secrets', () => {
  test('are masked in every line, those of earlier revisions too', () => {
    logging.redactor.add(['sk-one"quoted', 'tiny']);
    logging.redactor.add(['sk-two', 'sk-two-longer']);
    logging.write(lineOf('sent sk-one"quoted and sk-two-longer, tiny', { fields: { key: 'sk-two' } }));
    assert.match(shown, /sent \*\*\* and \*\*\*, tiny key=\*\*\*\n$/);
    logging.configure({ level: 'info', outputs: [{ ...consoleText, format: 'json' }] });
    shown = '';
    logging.write(lineOf('sent sk-one"quoted'));
    assert.equal(JSON.parse(shown).message, 'sent ***');
  });
});

describe('trouble with a file', () => {
  test('a path that cannot be is told, and the other outputs go on', async () => {
    await writeFile(join(directory, 'file'), '');
    logging.configure({ level: 'info', outputs: [consoleText, fileOutput('file/inside/a.log')] });
    logging.write(lineOf('still here'));
    await new Promise((resolve) => setImmediate(resolve));
    assert.match(shown, /still here/);
    assert.match(shown, /a\.log cannot be written, its lines are dropped: E/);
    assert.match(logging.status()[1]?.error ?? '', /EEXIST|ENOTDIR/);
  });

  test('a full disk is told once, and the file is tried again', { skip: process.platform !== 'linux' }, async () => {
    const name = `full-${new Date().toISOString().slice(0, 10)}.log`;
    await symlink('/dev/full', join(directory, name));
    const failed = Promise.withResolvers<void>();
    await logging.close();
    logging = new Logging({
      clock,
      stdout: (text) => {
        shown += text;
        if (text.includes('cannot be written')) failed.resolve();
      },
    });
    logging.configure({ level: 'info', outputs: [consoleText, fileOutput('full.log')] });
    logging.write(lineOf('lost'));
    await failed.promise;
    for (let index = 0; index < 10; index += 1) logging.write(lineOf('dropped'));
    assert.match(logging.status()[1]?.error ?? '', /ENOSPC/);
    assert.equal(shown.match(/cannot be written/g)?.length, 1);
    await rm(join(directory, name));
    clock.advance(10_000);
    logging.write(lineOf('back'));
    assert.equal(logging.status()[1]?.error, undefined);
    await new Promise((resolve) => setImmediate(resolve));
    await logging.close();
    assert.match(await contentOf('full'), /back\n/);
    assert.match(shown, /can be written again dropped=\d+/);
  });
});
