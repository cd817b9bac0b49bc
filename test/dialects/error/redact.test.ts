// What an upstream's text must not tell: keys, addresses, accounts, prices. What it may tell stays as it is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redact } from '../../../src/dialects/canonical/error/redact.ts';
import { readError } from '../../../src/dialects/canonical/read-error.ts';

describe('left out', () => {
  const secrets = [
    'sk-proj-abcDEF123456',
    'sk-ant-api03-xyz_123-AA',
    'sk-abc***xyz',
    'AIzaSyD-0123456789abcdefghijklmnopqrstu',
    'ya29.a0AfH6SMB-abc_def',
    'xai-abcdef0123456789',
    'gsk_abcdef0123456789',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
    '0123456789abcdef0123456789abcdef',
    'org-AbC123dEf456',
    'proj_abc123XYZ',
    'ops@example.com',
    'https://api.example.com/v1/x?key=1',
    'wss://10.0.0.1/x',
    'api.openai.com',
    'vllm.models.svc.cluster.local:8000',
    '10.1.2.3:8080',
    'localhost:11434',
    'vllm-0:8000',
    'projects/my-team-1/locations/us',
    '$12.50',
    '3.20 USD',
  ];
  for (const secret of secrets) {
    it(secret, () => {
      const text = redact(`before ${secret} after`);
      assert.match(text, /^before \[\w+\] after$/);
    });
  }

  const sentences: readonly (readonly [string, string])[] = [
    ['Incorrect API key provided: secret-key. Check it.', 'Incorrect API key provided: [key]. Check it.'],
    ['Your api key: ****-key is invalid', 'Your api key: [key] is invalid'],
    ['header Authorization: Bearer abc.def-123 refused', 'header Authorization: [key] refused'],
    ['See https://example.com/docs.', 'See [address].'],
    ['limit for gpt-5 in organization org-x on requests', 'limit for gpt-5 in organization [organization] on requests'],
    ['not used in project 12345678 before', 'not used in project [project] before'],
  ];
  for (const [given, told] of sentences) it(given, () => assert.equal(redact(given), told));
});

describe('kept', () => {
  const texts = [
    'prompt is too long: 3333404 tokens > 200000 maximum',
    'messages.0.content.1.image.source.base64: invalid base64 data',
    'The model `gpt-4.1-mini` does not exist',
    'models/gemini-2.5-flash is not found for API version v1beta',
    'tools[0].function.name: mcp__filesystem__read_text_file is not allowed',
    'meta-llama/Llama-3.1-8B-Instruct-Turbo is busy',
    'temperature must be between 0 and 2.0001',
    'Please try again in 6m0.5s.',
    'Limit 30000, Used: 29000, Requested: 2000',
    'Invalid value for "$ref" in $defs at 12:34:56',
    'the organization-wide limit, the org-wide limit',
    'tool_use ids were found without tool_result blocks: toolu_01A09q90qw90lq917835lq9',
    'e.g. {"type": "object"}',
  ];
  for (const text of texts) it(text, () => assert.equal(redact(text), text));
});

it('holds for every text of an error that a client can see', () => {
  const secret = 'sk-proj-abcDEF123456';
  const body = { error: { message: `bad key ${secret}`, code: `code ${secret}`, param: `at ${secret}` } };
  assert.doesNotMatch(JSON.stringify(readError(400, {}, JSON.stringify(body))), /sk-proj/);
  assert.doesNotMatch(readError(500, {}, `died with ${secret}`).message, /sk-proj/);
});

it('cuts what is endless', () => {
  assert.ok(readError(500, {}, 'word '.repeat(100_000)).message.length <= 4_001);
});

it('takes no longer for a text that was made to be slow', () => {
  const started = performance.now();
  for (const piece of ['a-', 'a.', 'a_-', '1.', '1,', 'x@', 'sk-', 'projects/', 'a1A', '{"'])
    readError(400, {}, JSON.stringify({ error: { message: piece.repeat(50_000) } }));
  assert.ok(performance.now() - started < 2_000);
});
