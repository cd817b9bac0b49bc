// Every shipped provider directory keeps the contract it is held to when dropped in.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import type { DialectName, ProviderCode, ProviderFactory, ProviderManifest } from 'portico';
import { parse } from 'yaml';
import anthropic from '../../providers/anthropic/index.ts';
import gemini from '../../providers/gemini/index.ts';
import { compileSchema, validateManifest } from '../../src/config/validate/validate.ts';
import { dialects } from '../../src/dialects/index.ts';
import { fencedBlocks, read } from '../structure/tree.ts';

const root = new URL('../../', import.meta.url);
const names = readdirSync(new URL('providers/', root));

function manifestOf(name: string): ProviderManifest {
  return parse(readFileSync(new URL(`providers/${name}/provider.yaml`, root), 'utf8'));
}

function codeOf(factory: ProviderFactory<Record<string, never>>): ProviderCode {
  return factory({ name: 'under-test', settings: {}, signal: new AbortController().signal });
}

test('the five providers are shipped', () => {
  for (const name of ['openai', 'anthropic', 'gemini', 'openai-compatible', 'mock'])
    assert.ok(names.includes(name), name);
});

test('every provider.yaml is valid', () => {
  const schema = JSON.parse(readFileSync(new URL('schemas/provider.schema.json', root), 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(schema);
  for (const name of names) assert.ok(validate(manifestOf(name)), `${name}: ${JSON.stringify(validate.errors)}`);
});

test('every provider.yaml of docs/providers.md is valid', () => {
  const blocks = fencedBlocks(read('docs/providers.md'), 'yaml').map(({ line, text }) => ({
    line,
    value: parse(text),
  }));
  const manifests = blocks.filter(({ value }) => Object.hasOwn(value, 'auth'));
  assert.ok(manifests.length >= 3);
  for (const { line, value } of manifests) {
    assert.ok(validateManifest(value), `line ${line}: ${JSON.stringify(validateManifest.errors)}`);
  }
});

test('facts for a translation stand in the dialects whose codec knows them', () => {
  const facts = { maxTokensField: 'max_tokens', instructionsRole: 'system', maxOutputTokens: 1, jsonSchema: true };
  const manifest = (dialect: string, fact: object) => ({
    title: 'acme',
    auth: { kind: 'none' },
    dialects: { [dialect]: { translate: { imageUrls: true, ...fact } } },
  });
  const taken = Object.keys(dialects).map((dialect) => [
    dialect,
    Object.entries(facts).flatMap(([name, value]) =>
      validateManifest(manifest(dialect, { [name]: value })) ? [name] : [],
    ),
  ]);
  assert.deepEqual(Object.fromEntries(taken), {
    'openai-chat': ['maxTokensField', 'instructionsRole'],
    'openai-responses': ['instructionsRole'],
    'anthropic-messages': ['maxOutputTokens'],
    gemini: ['jsonSchema'],
  });
});

test('every schema.json is a schema', () => {
  for (const name of names) {
    const file = new URL(`providers/${name}/schema.json`, root);
    if (!existsSync(file)) continue;
    assert.ok(compileSchema(JSON.parse(readFileSync(file, 'utf8'))), name);
  }
});

test('every operation named is one its dialect has a path for', () => {
  for (const name of names) {
    for (const [dialect, support] of Object.entries(manifestOf(name).dialects)) {
      const known = dialects[dialect as DialectName].endpoints.map(({ operation }) => operation);
      for (const operation of support.operations ?? []) {
        assert.ok(operation === 'opaque' || known.includes(operation), `${name}: ${dialect}: ${operation}`);
      }
    }
  }
});

test('no model is listed twice', () => {
  for (const name of names) {
    const known = manifestOf(name).models?.known ?? [];
    assert.equal(new Set(known).size, known.length, name);
  }
});

test('a bad key counts as the account’s fault where the status alone would not say so', () => {
  const status = 400;
  assert.equal(codeOf(gemini).classify?.({ status, headers: {}, text: '{"reason": "API_KEY_INVALID"}' }), 'auth');
  assert.equal(codeOf(gemini).classify?.({ status, headers: {}, text: 'INVALID_ARGUMENT' }), undefined);
  const broke = { status, headers: {}, text: 'Your credit balance is too low to access the API.' };
  assert.equal(codeOf(anthropic).classify?.(broke), 'auth');
  assert.equal(codeOf(anthropic).classify?.({ ...broke, status: 429 }), undefined);
});
