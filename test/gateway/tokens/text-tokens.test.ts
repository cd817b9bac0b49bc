// The estimate of input tokens against counts of the o200k vocabulary, taken once with a real tokenizer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentTokens, textTokens } from '../../../src/gateway/tokens/text-tokens.ts';

const prose = `The harbour master kept two ledgers. In the first he wrote what the ships declared, in the second what he saw with his own eyes when they were unloaded at night. He never compared them; that, he said, was the work of the king's auditors, who came once a year, drank his wine, and looked at neither. When the winter storms tore the roof off the customs house, both books were found in the mud, and nobody could say any more which had been which.`;
const code = `export function laterUsage(before, after) {\n  if (before === undefined || after === undefined) return after ?? before;\n  const larger = (name) => Math.max(before[name], after[name]);\n  for (let index = 0; index < names.length; index += 1) {\n    total[names[index]] = larger(names[index]);\n  }\n  return { input: larger('input'), output: larger('output') };\n}\n`;
const chinese = `港务长有两本账。第一本写船只申报的数目，第二本写夜里卸货时他亲眼看到的数目。他从来不比较这两本账；他说那是审计官的工作，审计官每年来一次，喝他的酒，两本都不看。`;
const german = `Der Hafenmeister führte zwei Bücher. In das erste schrieb er, was die Schiffe angaben, in das zweite, was er nachts mit eigenen Augen beim Löschen der Ladung sah. Verglichen hat er sie nie.`;

const counted = [
  ['prose', prose, 100],
  ['code', code, 91],
  ['Chinese', chinese, 69],
  ['German', german, 45],
] as const;

function bodyOf(content: unknown): Buffer {
  return Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] }));
}

function near(found: number, truth: number, share = 0.25): void {
  assert.ok(Math.abs(found - truth) <= truth * share, `${found} is not within ${share * 100}% of ${truth}`);
}

/** What stands around the text. */
const frame = textTokens([bodyOf('')]);

for (const [name, text, truth] of counted) {
  test(`${name} is estimated within a quarter`, () => near(textTokens([bodyOf(text)]) - frame, truth));
}

test('what surrounds a text is little', () => assert.ok(frame <= 20, String(frame)));

test('escaped letters count as the letters they are', () => {
  const escaped = bodyOf(chinese)
    .toString()
    .replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  assert.equal(textTokens([Buffer.from(escaped)]), textTokens([bodyOf(chinese)]));
});

test('large bodies are sampled and scaled', () => {
  near(textTokens([bodyOf(prose.repeat(5000))]), 100 * 5000);
  near(textTokens([bodyOf((prose + code).repeat(2000))]), 191 * 2000);
});

test('a body in many chunks counts like one in a piece', () => {
  const body = bodyOf(prose.repeat(20));
  const chunks = Array.from({ length: Math.ceil(body.length / 700) }, (_, at) =>
    body.subarray(at * 700, at * 700 + 700),
  );
  near(textTokens(chunks), textTokens([body]), 0.05);
});

function image(bytes: number): string {
  const noise = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 1) noise[at] = (at * 2654435761) >>> 24;
  return noise.toString('base64');
}

for (const kilobytes of [1, 40, 900, 8000]) {
  test(`an image of ${kilobytes} kB is not read as text`, () => {
    const url = `data:image/png;base64,${image(kilobytes * 1000)}`;
    const content = [
      { type: 'text', text: prose },
      { type: 'image_url', image_url: { url } },
    ];
    near(textTokens([bodyOf(content)]), 100 + attachmentTokens, 0.1);
  });
}

test('each of several documents counts', () => {
  const document = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: image(60_000) } };
  const body = bodyOf([document, document, { type: 'text', text: prose }, document]);
  near(textTokens([body]), 3 * attachmentTokens + 100, 0.15);
});

test('base64 with escaped slashes and line breaks is base64 all the same', () => {
  const lines = (image(30_000).match(/.{76}/g) ?? []).join('\n');
  near(textTokens([bodyOf([{ type: 'image', data: lines }])]), attachmentTokens, 0.1);
  near(textTokens([Buffer.from(`{"data":"${image(30_000).replaceAll('/', '\\/')}"}`)]), attachmentTokens, 0.1);
});

test('text behind a run that is no attachment counts', () => {
  const text = `${'0123456789abcdef'.repeat(160)} ${prose.repeat(40)}`;
  near(textTokens([bodyOf(text)]), attachmentTokens + 100 * 40);
});

test('attachments in a body that arrives in chunks count once each', () => {
  const document = { type: 'document', source: { type: 'base64', data: image(200_000) } };
  const body = bodyOf([document, { type: 'text', text: prose }, document]);
  for (const size of [1000, 4096, 65_536, 100_003]) {
    const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
      body.subarray(at * size, at * size + size),
    );
    near(textTokens(chunks), 2 * attachmentTokens + 100, 0.1);
  }
});

test('no body takes long', () => {
  const hostile = [
    'a'.repeat(8_000_000),
    '. '.repeat(4_000_000),
    '\\'.repeat(8_000_000),
    `${'a'.repeat(255)} `.repeat(30_000),
  ];
  for (const text of [...hostile, chinese.repeat(40_000), '"'.repeat(4_000_000)]) {
    const body = bodyOf(text);
    const started = performance.now();
    textTokens([body]);
    const ms = performance.now() - started;
    assert.ok(ms < 1000, `${ms} ms for ${text.slice(0, 20)}`);
  }
});

test('nothing is no tokens', () => {
  assert.equal(textTokens([]), 0);
  assert.equal(textTokens([Buffer.alloc(0)]), 0);
});
