// Names of models, as vendors and clouds spell them, and what each is told about thinking.
import assert from 'node:assert/strict';
import test from 'node:test';
import { abilitiesOf } from '../../../src/dialects/anthropic-messages/abilities.ts';

test('each generation thinks in its own words', () => {
  const names: Readonly<Record<'adaptive' | 'budget' | 'none', readonly string[]>> = {
    none: [
      'claude-2.1',
      'claude-instant-1.2',
      'claude-3-opus-20240229',
      'claude-3-5-sonnet-20241022',
      'claude-3.5-haiku',
    ],
    budget: [
      'claude-3-7-sonnet-20250219',
      'anthropic/claude-3.7-sonnet',
      'claude-opus-4-20250514',
      'claude-opus-4-0',
      'claude-opus-4@20250514',
      'claude-sonnet-4',
      'claude-opus-4-1-20250805',
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
      'claude-haiku-4-5',
      'minimax-m2',
      'glm-5',
    ],
    adaptive: [
      'claude-opus-4-6',
      'us.anthropic.claude-opus-4-6-v1:0',
      'anthropic/claude-sonnet-4.6',
      'claude-opus-4-8',
      'claude-opus-4-12-20270101',
      'claude-sonnet-5',
      'claude-haiku-5-5',
      'claude-fable-5-2',
      'claude-mythos-preview',
    ],
  };
  for (const [thinking, models] of Object.entries(names)) {
    for (const model of models) assert.equal(abilitiesOf(model).thinking, thinking, model);
  }
});

test('the newest take no temperature, and know one effort more', () => {
  assert.deepEqual(abilitiesOf('claude-opus-4-6').efforts, ['low', 'medium', 'high', 'max']);
  assert.ok(abilitiesOf('claude-opus-4-7').efforts.includes('xhigh'));
  const warm = ['claude-opus-4-6', 'claude-opus-4-7', 'claude-opus-5', 'glm-5'].map(
    (name) => abilitiesOf(name).sampling,
  );
  assert.deepEqual(warm, [true, false, false, true]);
});
