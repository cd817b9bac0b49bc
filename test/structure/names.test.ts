// Names say what a file does. Some words never do, and vendors' names stay where vendors belong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, read } from './tree.ts';

const vague = /^(utils?|helpers?|common|managers?|misc|shared|base)$/i;
const vendors = /openai|anthropic|gemini|claude|\bgpt|mistral|deepseek|bedrock|ollama|openrouter|\bgroq\b/i;

test('no file or directory has a name that could mean anything', () => {
  const code = list('{bin,src,plugins,providers,templates,test,scripts,bench}/**/*.{ts,js}');
  const wrong = code.filter((file) =>
    file.split('/').some((part) =>
      part
        .replace(/\.(test|gen)?\.?(ts|js)$/, '')
        .split(/[-.]/)
        .some((word) => vague.test(word)),
    ),
  );
  assert.deepEqual(wrong, []);
});

test('src/ names no vendor outside dialects/ (the names of the dialects themselves aside)', () => {
  const wrong: string[] = [];
  for (const file of list('src/**/*.{ts,js}')) {
    if (file.startsWith('src/dialects/') || file.includes('.gen.')) continue;
    for (const [index, line] of read(file).split('\n').entries()) {
      const rest = line.replace(/\b(openai-chat|openai-responses|anthropic-messages)\b|['`]gemini['`]/g, '');
      if (vendors.test(rest)) wrong.push(`${file}:${index + 1}: ${line.trim()}`);
    }
  }
  assert.deepEqual(wrong, []);
});
