// The language of conditions: what an expression asks for, and that none can be made to take long.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { conditionFacts } from '../../../src/config/condition/facts.ts';
import { ConditionLanguage } from '../../../src/config/condition/language.ts';

const language = new ConditionLanguage();

function read(text: string) {
  const condition = language.read(text);
  assert.ok(!('fault' in condition), `${text}: ${JSON.stringify(condition)}`);
  return condition;
}

function faultOf(text: string): string {
  const condition = language.read(text);
  assert.ok('fault' in condition, text);
  return condition.fault;
}

describe('conditions', () => {
  test('name the facts they ask for, and no others', () => {
    const text = 'tokens > 1000 && tags.exists(tag, tag == "images") || "user" in headers && has(headers.key)';
    assert.deepEqual([...read(text).facts].sort(), ['headers', 'tags', 'tokens']);
  });
  test('know every fact that the schema describes', async () => {
    const { default: schema } = await import('../../../schemas/gateway.schema.json', { with: { type: 'json' } });
    const { description } = schema.$defs.modelTarget.properties.when;
    const [, known = ''] = description.split('Known are');
    const told = [...known.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '');
    assert.deepEqual(told.sort(), Object.keys(conditionFacts).sort());
  });
  test('search text in linear time, whatever a client sends', () => {
    const { holds } = read('model.matches("^(a+)+$")');
    const started = process.hrtime.bigint();
    assert.equal(holds({ model: `${'a'.repeat(5000)}!` }), false);
    assert.ok(process.hrtime.bigint() - started < 1_000_000_000n);
    assert.equal(holds({ model: 'aaa' }), true);
  });
  test('may stand in brackets, comments and texts that look like a pattern', () => {
    assert.equal(read('(model + "matches").matches("x matches") || true').holds({ model: 'x ' }), true);
    assert.equal(read('(model + "matches").matches("^x matches$") && model == "x "').holds({ model: 'x ' }), true);
    assert.equal(read('model.matches("a") && "b.matches(c)" != model // .matches(d)').holds({ model: 'a' }), true);
  });
  test('with a comment where it would be mistaken for the pattern are refused', () => {
    assert.match(faultOf('model // matches\n.matches("a")'), /a comment stands before matches/);
  });
  test('cannot loop in loops, nor grow without end', () => {
    for (const text of [
      'headers.exists(a, headers.exists(b, a == b))',
      'tags.map(a, tags.filter(b, a == b)).size() > 1',
      '[1, 2].all(a, (tags.all(b, b != "")))',
    ]) {
      assert.match(faultOf(text), /cannot stand inside one another/);
    }
    assert.equal(read('tags.filter(a, a != "").exists(b, b == "x")').holds({ tags: ['x'] }), true);
    assert.match(faultOf(Array(400).fill('stream').join(' || ')), /maxAstNodes/);
    assert.match(faultOf('cel.bind(a, tags, a == tags)'), /no function bind/);
    assert.match(faultOf('model.matchesRe2("a")'), /no function matchesRe2/);
  });
  test('throw where they cannot be answered', () => {
    assert.throws(() => read('headers["a"] == "b"').holds({ headers: new Map() }), /No such key: a/);
    assert.throws(() => read('1 / maxTokens == 1').holds({ maxTokens: 0n }), /zero/);
    assert.equal(read('headers["a"] == "b" || tokens > 1').holds({ headers: new Map(), tokens: 2n }), true);
  });
  test('are answered within 20 µs', () => {
    const { holds } = read(
      'tokens > 1000 && "a" in headers && headers["a"].startsWith("b") || weekday in ["sat", "sun"]',
    );
    const facts = { tokens: 2000n, headers: new Map([['a', 'c']]), weekday: 'sun' };
    const times = Array.from({ length: 5 }, () => {
      const started = process.hrtime.bigint();
      for (let at = 0; at < 2000; at += 1) holds(facts);
      return Number(process.hrtime.bigint() - started) / 2000;
    });
    assert.ok(Math.min(...times) < 20_000, `${Math.min(...times)} ns`);
  });
});

describe('a fact that is one of some words', () => {
  test('compared with another word is a slip, with its place and what it may be', () => {
    assert.match(faultOf('weekday == "Sunday"'), /^column 12: weekday is never "Sunday".*one of sun, mon, tue/);
    assert.match(faultOf('tokens > 1 && weekday in ["sat", "Sun"]'), /weekday is never "Sun"; did you mean "sun"/);
    assert.match(faultOf('"chat" != dialect'), /dialect is never "chat"/);
  });

  test('compared with one of them is none, nor is another fact', () => {
    for (const text of [
      'weekday == "sun"',
      'weekday in ["sat", "sun"]',
      'model == "Sunday"',
      'weekday.startsWith("s")',
    ]) {
      assert.ok(!('fault' in language.read(text)), text);
    }
  });
});
