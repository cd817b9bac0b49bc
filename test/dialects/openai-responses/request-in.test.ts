// Requests as a client of this dialect sends them, read.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError, type Part, type Turn } from '../../../src/core/index.ts';
import { decoded, plain } from './told.ts';

function turnsOf(input: unknown): Turn[] {
  return plain([...decoded({ model: 'm', input }).turns]);
}

function only(input: unknown): Part | undefined {
  const [turn] = turnsOf([input]);
  return turn?.parts[0];
}

describe('the input of a request', () => {
  it('may be a text', () => {
    assert.deepEqual(turnsOf('Hi'), [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }]);
  });

  it('has instructions in front, and system and developer messages anywhere', () => {
    const { turns } = decoded({
      model: 'm',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
      ],
    });
    assert.deepEqual(
      plain(turns),
      [
        ['system', 'Be brief.'],
        ['user', 'Hi'],
        ['developer', 'Be kind.'],
      ].map(([role, text]) => ({ role, parts: [{ kind: 'text', text }] })),
    );
  });

  it('has messages with ids, in the long form and the short', () => {
    const content = [{ type: 'output_text', text: 'Hello', annotations: [] }];
    const item = {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      phase: 'final_answer',
      content,
    };
    assert.deepEqual(turnsOf([item, { role: 'assistant', content: 'Hello' }]), [
      { role: 'assistant', id: 'msg_1', parts: [{ kind: 'text', text: 'Hello' }] },
      { role: 'assistant', parts: [{ kind: 'text', text: 'Hello' }] },
    ]);
  });

  it('has images, files and audio as data, by address and by id', () => {
    const content = [
      { type: 'input_image', image_url: 'data:image/png;base64,QUJD', detail: 'low' },
      { type: 'input_image', image_url: 'https://example.org/a.png' },
      { type: 'input_image', file_id: 'file-1' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,QUJD' },
      { type: 'input_file', file_data: 'QUJD' },
      { type: 'input_file', file_url: 'https://example.org/a.pdf' },
      { type: 'input_audio', input_audio: { data: 'QUJD', format: 'mp3' } },
    ];
    const pdf = { type: 'data', mimeType: 'application/pdf', base64: 'QUJD' };
    assert.deepEqual(turnsOf([{ role: 'user', content }])[0]?.parts, [
      { kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'QUJD' }, detail: 'low' },
      { kind: 'media', media: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
      { kind: 'media', media: 'image', source: { type: 'file', id: 'file-1' } },
      { kind: 'media', media: 'document', source: pdf, name: 'a.pdf' },
      { kind: 'media', media: 'document', source: pdf },
      { kind: 'media', media: 'document', source: { type: 'url', url: 'https://example.org/a.pdf' } },
      { kind: 'media', media: 'audio', source: { type: 'data', mimeType: 'audio/mp3', base64: 'QUJD' } },
    ]);
  });

  it('has calls with two ids, in namespaces and with free text', () => {
    assert.deepEqual(
      only({ type: 'function_call', id: 'fc_1', call_id: 'call_1', namespace: 'ns', name: 'f', arguments: '{"a":1}' }),
      { kind: 'tool-call', id: 'call_1', name: 'f', namespace: 'ns', arguments: '{"a":1}', itemId: 'fc_1' },
    );
    assert.deepEqual(only({ type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '*** Begin' }), {
      kind: 'tool-call',
      id: 'c',
      name: 'apply_patch',
      arguments: '*** Begin',
      custom: true,
    });
  });

  it('has results as text, as parts with pictures, and as JSON that is neither', () => {
    const image = { type: 'input_image', image_url: 'data:image/png;base64,QUJD' };
    const texts = (output: unknown) => {
      const part = only({ type: 'function_call_output', call_id: 'c', output });
      return part?.kind === 'tool-result'
        ? part.content.map((inner) => (inner.kind === 'text' ? inner.text : inner.kind))
        : [];
    };
    assert.deepEqual(texts('21 degrees'), ['21 degrees']);
    assert.deepEqual(texts([{ type: 'input_text', text: 'a' }, image]), ['a', 'media']);
    assert.deepEqual(texts({ degrees: 21 }), ['{"degrees":21}']);
    assert.deepEqual(texts(undefined), []);
    const custom = only({ type: 'custom_tool_call_output', call_id: 'c', output: 'ok' });
    assert.ok(custom?.kind === 'tool-result' && custom.custom === true);
  });

  it('has reasoning: summaries joined by a blank line, or the reasoning itself', () => {
    const summary = ['One.', 'Two.'].map((text) => ({ type: 'summary_text', text }));
    assert.deepEqual(only({ type: 'reasoning', id: 'rs_1', summary, encrypted_content: 'blob' }), {
      kind: 'reasoning',
      text: 'One.\n\nTwo.',
      summarised: true,
      id: 'rs_1',
      opaque: { data: 'blob' },
    });
    const content = [{ type: 'reasoning_text', text: 'Hm.' }];
    assert.deepEqual(only({ type: 'reasoning', summary: [], content }), { kind: 'reasoning', text: 'Hm.' });
  });

  it('has searches; what else is done on the web has no canonical word', () => {
    const sources = [{ type: 'url', url: 'https://example.org' }];
    assert.deepEqual(
      only({
        type: 'web_search_call',
        id: 'ws_1',
        status: 'completed',
        action: { type: 'search', query: 'q', sources },
      }),
      {
        kind: 'search',
        id: 'ws_1',
        queries: ['q'],
        results: [{ url: 'https://example.org' }],
      },
    );
    const opened = only({ type: 'web_search_call', id: 'ws_2', action: { type: 'open_page', url: 'u' } });
    assert.ok(opened?.kind === 'native' && opened.type === 'web_search_call');
  });

  it('has items that nobody knows: kept as they are, on the side they look like', () => {
    const turns = turnsOf([
      { type: 'shell_call_output', call_id: 'c' },
      { type: 'brand_new', a: 1 },
      { id: 'msg_7' },
      5,
    ]);
    assert.deepEqual(
      turns.map(({ role, parts }) => [role, parts[0]?.kind]),
      [
        ['user', 'native'],
        ['assistant', 'native'],
        ['assistant', 'native'],
        ['assistant', 'native'],
      ],
    );
  });

  it('that is neither text nor list is refused', () => {
    for (const input of [5, {}, true]) {
      assert.throws(
        () => decoded({ model: 'm', input }),
        (error) => error instanceof GatewayError && error.code === 'invalid-request' && error.param === 'input',
      );
    }
  });
});
