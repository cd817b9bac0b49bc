// About how many tokens of text stand in an answer of which only the end is known: what its last events carry in text,
// scaled to all that was delivered.
import { estimateTokenCount } from 'tokenx';

const sampleBytes = 16 * 1024;
/** What the dialects call the text of an answer, in events as in whole answers. */
const texts =
  /"(?:content|text|delta|thinking|reasoning|reasoning_content|refusal|arguments|partial_json)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;

/** `end`: the last bytes of an answer, or all of it; `bytes`: its length as far as it was delivered. */
export function answerTokens(end: Buffer, bytes: number): number {
  const sample = end.subarray(Math.max(0, end.length - sampleBytes)).toString('utf8');
  const found = Array.from(sample.matchAll(texts), ([, text = '']) => text).join('');
  const scale = Math.max(1, bytes / Math.max(1, Math.min(end.length, sampleBytes)));
  return Math.ceil(estimateTokenCount(found) * scale);
}
