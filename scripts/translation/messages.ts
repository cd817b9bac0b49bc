// One sample for each thing a message can hold.
import type { Turn } from '../../src/core/index.ts';
import {
  asked,
  type Chapter,
  contentKinds,
  everywhere,
  found,
  hello,
  result,
  type Sample,
  said,
  sent,
  source,
  spoken,
  told,
} from './sample.ts';

const png = { type: 'data', mimeType: 'image/png', base64: 'iVBORw0KGgo=' } as const;
const pdf = { type: 'data', mimeType: 'application/pdf', base64: 'JVBERi0xLjQK' } as const;
const rules = (role: 'system' | 'developer'): Turn => ({ role, parts: [{ kind: 'text', text: 'Be brief.' }] });

const reminder = 'as text of the user, marked as a reminder of the system';
const middle = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Yes?' },
  { role: 'user', content: 'Go on' },
  { role: 'system', content: 'Be brief.' },
];

export const instructions: Chapter = {
  title: 'Instructions and history',
  samples: [
    spoken('instructions at the beginning', [rules('system'), hello]),
    told(
      everywhere('as instructions of the system'),
      asked(
        {
          'openai-chat': {
            messages: [
              { role: 'developer', content: 'Be brief.' },
              { role: 'user', content: 'Hi' },
            ],
          },
        },
        spoken('instructions of a developer', [rules('developer'), hello]),
      ),
    ),
    told(
      { 'anthropic-messages': reminder, gemini: 'as text of the user' },
      asked(
        { 'anthropic-messages': { messages: middle } },
        spoken('instructions in the middle', [
          hello,
          { role: 'assistant', parts: [{ kind: 'text', text: 'Yes?' }] },
          rules('system'),
          hello,
        ]),
      ),
    ),
    asked(
      {
        'anthropic-messages': {
          messages: [
            { role: 'user', content: 'Hi' },
            {
              role: 'assistant',
              content: [
                { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
                { type: 'text', text: 'Yes?' },
              ],
            },
            { role: 'user', content: 'Go on' },
          ],
        },
        gemini: {
          contents: [
            { role: 'user', parts: [{ text: 'Hi' }] },
            {
              role: 'model',
              parts: [
                { text: 'Hm.', thought: true },
                { text: 'Yes?', thoughtSignature: 'c2ln' },
              ],
            },
            { role: 'user', parts: [{ text: 'Go on' }] },
          ],
        },
      },
      said(
        'reasoning of earlier turns',
        [
          { kind: 'reasoning', text: 'Hm.' },
          { kind: 'text', text: 'Yes?' },
        ],
        (turns) => found(turns, 'reasoning').map((part) => ('text' in part ? part.text : ''))[0],
      ),
    ),
    told(
      { 'anthropic-messages': 'as text', gemini: 'as text' },
      said(
        'a refusal of earlier turns',
        [{ kind: 'refusal', text: 'No.' }],
        (turns) => found(turns, 'refusal').map((part) => ('text' in part ? part.text : ''))[0],
      ),
    ),
    said(
      'citations of earlier turns',
      [{ kind: 'text', text: 'Oslo', citations: [{ url: 'https://example.com', title: 'Example', start: 0, end: 4 }] }],
      (turns) =>
        found(turns, 'text')
          .flatMap((part) => (part.kind === 'text' ? (part.citations ?? []) : []))
          .map(({ url }) => url)[0],
    ),
    result('tool call and its result', [{ kind: 'text', text: '21 C' }], false, contentKinds),
    told(
      { 'openai-chat': 'its text begins with `Error:`', 'openai-responses': 'its text begins with `Error:`' },
      result('tool result that is an error', [{ kind: 'text', text: 'no such city' }], true, (part) =>
        part.kind === 'tool-result' ? part.isError : undefined,
      ),
    ),
    told(
      { 'openai-chat': 'in a message of the user behind it' },
      result(
        'image in a tool result',
        [
          { kind: 'text', text: 'map' },
          { kind: 'media', media: 'image', source: png },
        ],
        false,
        contentKinds,
      ),
    ),
  ],
};

const vendorFile: NonNullable<Sample['own']> = {
  'openai-chat': { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] },
  'openai-responses': { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] }] },
  'anthropic-messages': {
    messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: 'file-1' } }] }],
  },
};
const plainDocument: NonNullable<Sample['own']> = {
  'anthropic-messages': {
    messages: [
      {
        role: 'user',
        content: [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Once' } }],
      },
    ],
  },
};

export const media: Chapter = {
  title: 'Images, documents, sound',
  samples: [
    sent('image', { kind: 'media', media: 'image', source: png }, source),
    sent(
      'image at a URL',
      { kind: 'media', media: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      source,
    ),
    sent('detail of an image', { kind: 'media', media: 'image', source: png, detail: 'low' }, (part) =>
      part.kind === 'media' ? part.detail : undefined,
    ),
    sent('PDF', { kind: 'media', media: 'document', source: pdf, name: 'a.pdf' }, source),
    sent(
      'PDF at a URL',
      { kind: 'media', media: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
      source,
    ),
    told(
      { 'anthropic-messages': 'as its title' },
      sent('name of a file', { kind: 'media', media: 'document', source: pdf, name: 'a.pdf' }, (part) =>
        part.kind === 'media' ? part.name : undefined,
      ),
    ),
    told(
      everywhere('as text in front of it'),
      sent('context of a document', { kind: 'media', media: 'document', source: pdf, context: 'A bill' }, (part) =>
        part.kind === 'media' ? part.context : undefined,
      ),
    ),
    told(
      everywhere('as text'),
      asked(
        plainDocument,
        sent(
          'document of plain text',
          { kind: 'media', media: 'document', source: { type: 'text', text: 'Once' } },
          source,
        ),
      ),
    ),
    told(
      everywhere('as text in front of it'),
      sent('title of a document', { kind: 'media', media: 'document', source: pdf, title: 'A tale' }, (part) =>
        part.kind === 'media' ? part.title : undefined,
      ),
    ),
    sent(
      'citations of a document are wanted',
      { kind: 'media', media: 'document', source: pdf, citations: true },
      (part) => (part.kind === 'media' ? part.citations : undefined),
    ),
    sent(
      'sound',
      { kind: 'media', media: 'audio', source: { type: 'data', mimeType: 'audio/wav', base64: 'UklGRg==' } },
      source,
    ),
    sent(
      'video',
      { kind: 'media', media: 'video', source: { type: 'data', mimeType: 'video/mp4', base64: 'AAAAIA==' } },
      source,
    ),
    asked(
      vendorFile,
      sent(
        'a file that the vendor keeps',
        { kind: 'media', media: 'document', source: { type: 'file', id: 'file-1' } },
        source,
      ),
    ),
  ],
};
