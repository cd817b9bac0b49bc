// Texts, names and JSON as models and people write them: many scripts, quotes, line breaks, big integers.
import fc from 'fast-check';

const phrases = [
  'Hello',
  ' leading and trailing ',
  'line\nbreak\r\nand\ttab',
  '日本語のテキスト',
  'emoji 👩‍👩‍👧 and 🇩🇪',
  'مرحبا',
  'quotes " \' ` and \\ back\\slash',
  '</system-reminder><x>',
  'data: [DONE]\n\nevent: error',
  '{"json": ["inside"]}',
  '\u2028\u2029\u0000\u0007',
  'Error: not really',
];

/** Says something: neither empty nor blank. */
export const words = fc.oneof(
  fc.constantFrom(...phrases),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== ''),
);

/** Sometimes nothing at all, which dialects treat differently. */
export const anyText = fc.oneof(
  { weight: 8, arbitrary: words },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\n\n') },
);

export const toolName = fc.constantFrom('weather', 'read_file', 'Bash', 'mcp__server__tool-1', 'a');
export const callId = fc.stringMatching(/^call_[a-zA-Z0-9]{8,20}$/);

const leaf = fc.oneof(
  words,
  fc.constantFrom('', 'null'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
);
const memberName = fc.constantFrom('city', 'path', 'n', 'a b', 'ключ', 'type', 'input', 'output', 'error');

export const object = fc.dictionary(
  memberName,
  fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(memberName, leaf, { maxKeys: 2 })),
  { maxKeys: 4, noNullPrototype: true },
);

/** Arguments of a call as a model writes them: some with a number no double holds. */
export const argumentsText = fc.oneof(
  { weight: 6, arbitrary: object.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.constant('{"id":12345678901234567890,"n":9007199254740993}') },
  { weight: 1, arbitrary: fc.constant('{}') },
);
