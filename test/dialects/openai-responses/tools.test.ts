// Tools of a request of this dialect, and the choice among them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decoded, encoded, plain } from './told.ts';

describe('the tools of a request', () => {
  const tools = [
    { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    { type: 'function', name: 'bare', parameters: null },
    { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
    {
      type: 'namespace',
      name: 'agents',
      description: 'About agents',
      tools: [
        { type: 'function', name: 'spawn' },
        { type: 'custom', name: 'say' },
      ],
    },
    { type: 'web_search_preview', search_context_size: 'low', user_location: { type: 'approximate', city: 'Rome' } },
    { type: 'web_search', filters: { allowed_domains: ['example.org'] }, external_web_access: true },
    { type: 'file_search', vector_store_ids: ['vs_1'] },
    { type: 'namespace', name: 'odd', description: '', tools: [{ type: 'shell' }] },
  ];

  it('are flat, in namespaces, free text, web search; others stay what they are', () => {
    assert.deepEqual(plain(decoded({ model: 'm', tools }).tools), [
      { kind: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
      { kind: 'function', name: 'bare' },
      { kind: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
      { kind: 'function', name: 'spawn', namespace: 'agents' },
      { kind: 'custom', name: 'say', namespace: 'agents' },
      { kind: 'web-search', location: { city: 'Rome' }, contextSize: 'low' },
      { kind: 'web-search', allowedDomains: ['example.org'] },
      { kind: 'native', dialect: 'openai-responses', type: 'file_search', raw: tools[6] },
      { kind: 'native', dialect: 'openai-responses', type: 'namespace', raw: tools[7] },
    ]);
  });

  it('that search without going out are not taken for a search of the live web', () => {
    const cached = { type: 'web_search', external_web_access: false };
    assert.equal(decoded({ model: 'm', tools: [cached] }).tools[0]?.kind, 'native');
    assert.deepEqual(encoded(decoded({ model: 'm', tools: [cached] })).body.tools, [cached]);
  });

  it('come out as they went in, two namespaces of one name apart', () => {
    const twice = [tools[3], tools[3], ...tools];
    assert.deepEqual(encoded(decoded({ model: 'm', tools: twice })).body.tools, twice);
  });

  it('are chosen in each of the ways there are', () => {
    const choices: readonly (readonly [unknown, unknown])[] = [
      ['auto', { mode: 'auto' }],
      ['required', { mode: 'required' }],
      [
        { type: 'function', name: 'f' },
        { mode: 'tool', name: 'f' },
      ],
      [
        { type: 'custom', name: 'apply_patch' },
        { mode: 'tool', name: 'apply_patch' },
      ],
      [{ type: 'web_search_preview' }, { mode: 'tool', name: 'web_search' }],
      [
        {
          type: 'allowed_tools',
          mode: 'required',
          tools: [{ type: 'function', name: 'f' }, { type: 'image_generation' }],
        },
        { mode: 'allowed', names: ['f'], required: true },
      ],
      [{ type: 'image_generation' }, undefined],
    ];
    for (const [given, expected] of choices) {
      const conversation = decoded({ model: 'm', tools, tool_choice: given });
      assert.deepEqual(conversation.toolChoice && plain(conversation.toolChoice), expected);
      assert.deepEqual(encoded(conversation).body.tool_choice, given);
    }
  });
});
