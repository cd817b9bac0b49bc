// Conversations of other dialects as requests of this one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Conversation, JsonObject, Part, Turn } from '../../../src/core/index.ts';
import { asked, type Encoded, encoded, origin } from './told.ts';

function turn(role: Turn['role'], ...parts: Part[]): Turn {
  return { role, parts, extra: { dialect: 'anthropic-messages' } };
}

function text(words: string): Part {
  return { kind: 'text', text: words };
}

function call(id: string, args = '{}'): Part {
  return { kind: 'tool-call', id, name: 'f', arguments: args };
}

function result(callId: string, content: readonly Part[], isError = false): Part {
  return { kind: 'tool-result', callId, content, ...(isError ? { isError } : {}) };
}

function sent(turns: readonly Turn[], more: Partial<Conversation> = {}): Encoded {
  return encoded(asked({ turns, extra: { dialect: 'anthropic-messages' }, ...more }));
}

function input(...turns: Turn[]): JsonObject[] {
  return sent(turns).body.input as JsonObject[];
}

const image: Part = { kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'QUJD' } };
const imageSent = { type: 'input_image', image_url: 'data:image/png;base64,QUJD', detail: 'auto' };

describe('turns of another dialect', () => {
  it('keep their roles and places', () => {
    const turns = [
      turn('system', text('a')),
      turn('user', text('b')),
      turn('developer', text('c')),
      turn('assistant', text('d')),
    ];
    assert.deepEqual(input(...turns), [
      { type: 'message', role: 'system', content: 'a' },
      { type: 'message', role: 'user', content: 'b' },
      { type: 'message', role: 'developer', content: 'c' },
      { type: 'message', role: 'assistant', content: 'd' },
    ]);
  });

  it('call instructions what the upstream calls them', () => {
    const { body } = encoded(asked({ turns: [turn('system', text('a'))] }), {
      facts: { instructionsRole: 'developer' },
    });
    assert.deepEqual(body.input, [{ type: 'message', role: 'developer', content: 'a' }]);
  });

  it('come apart into items, in order', () => {
    const turns = [
      turn('assistant', text('a'), call('c1'), text('b'), call('c2')),
      turn('user', result('c1', [text('1')]), result('c2', [text('2')]), text('c'), image),
    ];
    assert.deepEqual(input(...turns), [
      { type: 'message', role: 'assistant', content: 'a' },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'message', role: 'assistant', content: 'b' },
      { type: 'function_call', call_id: 'c2', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: '1' },
      { type: 'function_call_output', call_id: 'c2', output: '2' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'c' }, imageSent] },
    ]);
  });

  it('say nothing where they are empty, and no arguments are an empty object', () => {
    assert.deepEqual(input(turn('user', text('')), turn('user')), []);
    assert.equal(input(turn('assistant', call('c', '')))[0]?.arguments, '{}');
  });

  it('have results with pictures as parts, and errors in words', () => {
    const items = input(
      turn(
        'user',
        result('c1', [text('see'), image]),
        result('c2', [text('no')], true),
        result('c3', [], true),
        result('c4', []),
      ),
    );
    assert.deepEqual(
      items.map(({ output }) => output),
      [[{ type: 'input_text', text: 'see' }, imageSent], 'Error: no', 'Error: the tool failed.', ''],
    );
  });

  it('have documents as files with a name, as their text, with title and context in front', () => {
    const pdf: Part = {
      kind: 'media',
      media: 'document',
      source: { type: 'data', mimeType: 'application/pdf', base64: 'QUJD' },
      title: 'Report',
      context: 'Of 2024',
    };
    const linked: Part = { kind: 'media', media: 'document', source: { type: 'url', url: 'https://example.org/a' } };
    const written: Part = { kind: 'media', media: 'document', source: { type: 'text', text: 'words' } };
    const { body, dropped } = sent([turn('user', pdf, linked, { ...written, citations: true })]);
    assert.deepEqual((body.input as JsonObject[] | undefined)?.[0]?.content, [
      { type: 'input_text', text: 'Report\nOf 2024' },
      { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,QUJD' },
      { type: 'input_file', file_url: 'https://example.org/a' },
      { type: 'input_text', text: 'words' },
    ]);
    assert.deepEqual(dropped, ['media.citations']);
  });

  it('with sound, film or a file that another vendor keeps are refused', () => {
    const data = { type: 'data' as const, mimeType: 'audio/wav', base64: 'QUJD' };
    const refused: readonly Part[] = [
      { kind: 'media', media: 'audio', source: data },
      { kind: 'media', media: 'video', source: data },
      { kind: 'media', media: 'image', source: { type: 'file', id: 'file_1' } },
      { kind: 'media', media: 'document', source: { type: 'file', id: 'file_1' } },
    ];
    for (const part of refused) {
      assert.throws(() => input(turn('user', part)), { code: 'untranslatable', param: undefined });
    }
  });

  it('lose what only their vendor knows, with a note', () => {
    const native: Part = { kind: 'native', dialect: 'gemini', type: 'executableCode', raw: {} };
    const search: Part = { kind: 'search', id: 's', queries: ['q'] };
    const { body, dropped } = sent([turn('assistant', text('a'), native, search)]);
    assert.deepEqual(body.input, [{ type: 'message', role: 'assistant', content: 'a' }]);
    assert.deepEqual(dropped, ['input[].content[]']);
  });
});

describe('reasoning of another dialect’s client', () => {
  const issued = { origin, data: 'blob' };

  it('returns to the vendor that issued it, without the id it was stored under', () => {
    const reasoning: Part = { kind: 'reasoning', text: 'Hm.', id: 'rs_1', opaque: issued };
    assert.deepEqual(input(turn('assistant', reasoning, call('c')))[0], {
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Hm.' }],
      encrypted_content: 'blob',
    });
  });

  it('does not reach anybody else', () => {
    const strangers: readonly Part[] = [
      { kind: 'reasoning', text: 'Hm.', opaque: { origin: 'anthropic-messages/anthropic', data: 'blob' } },
      { kind: 'reasoning', text: 'Hm.', opaque: { origin: 'openai-responses/other', data: 'blob' } },
      // A signature that its own client brought, in a turn that does not say whose it is.
      { kind: 'reasoning', text: 'Hm.', opaque: { origin: undefined, data: 'blob' } },
      { kind: 'reasoning', text: 'Hm.' },
    ];
    for (const part of strangers) {
      const { body, dropped } = sent([{ role: 'assistant', parts: [part, call('c')] }]);
      assert.deepEqual(
        (body.input as JsonObject[]).map(({ type }) => type),
        ['function_call'],
      );
      assert.equal(dropped.length, 1);
    }
  });

  it('is named where it was left out of parts that have no place for one here', () => {
    const signed: Part = { ...call('c'), opaque: { origin: 'gemini/gemini', data: 'sig' } };
    const { body, dropped } = sent([turn('assistant', signed)]);
    assert.ok(!JSON.stringify(body).includes('sig'));
    assert.equal(dropped.length, 1);
  });

  it('is left out where nothing follows that it led to', () => {
    const reasoning: Part = { kind: 'reasoning', text: 'Hm.', opaque: issued };
    assert.deepEqual(input(turn('assistant', reasoning), turn('user', text('x'))).length, 1);
    assert.deepEqual(input(turn('assistant', reasoning)), []);
    assert.equal(input(turn('assistant', reasoning), turn('assistant', call('c'))).length, 2);
  });
});
