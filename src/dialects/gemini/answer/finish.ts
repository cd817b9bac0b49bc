// Why the model stopped. STOP is said of calls, too (156 of 158 recorded; wire.md 7): that there are calls tells them apart.
import type { Finish, FinishReason } from '../../../core/index.ts';

const filtered = ['SAFETY', 'RECITATION', 'LANGUAGE', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'MODEL_ARMOR'];
const pictures = ['IMAGE_SAFETY', 'IMAGE_PROHIBITED_CONTENT', 'IMAGE_RECITATION', 'IMAGE_OTHER'];
const unreadable = ['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS'];
const malformed = ['MISSING_THOUGHT_SIGNATURE', 'MALFORMED_RESPONSE'];

const reasons = new Map<string, FinishReason>([
  ['STOP', 'end'],
  ['MAX_TOKENS', 'length'],
  // The limit of one request; it goes on with a token that only this API has.
  ['CONTINUATION', 'length'],
  ...[...filtered, ...pictures].map((word): [string, FinishReason] => [word, 'filtered']),
  ...[...unreadable, ...malformed].map((word): [string, FinishReason] => [word, 'bad-call']),
]);

/** Some clients ask for enumerations as numbers (`$alt=json;enum-encoding=int`), in the order of Candidate.FinishReason. */
const numbered = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER', 'LANGUAGE'];

const words: Readonly<Record<FinishReason, string>> = {
  end: 'STOP',
  length: 'MAX_TOKENS',
  context: 'MAX_TOKENS',
  'stop-string': 'STOP',
  tool: 'STOP',
  filtered: 'SAFETY',
  refusal: 'SAFETY',
  paused: 'STOP',
  'bad-call': 'MALFORMED_FUNCTION_CALL',
  other: 'OTHER',
};

/** `raw` is '' where no reason was given. */
export function decodeFinish(raw: string | number, message: string | undefined, calls: boolean): Finish {
  const word = typeof raw === 'number' ? (numbered[raw] ?? String(raw)) : raw;
  const found = reasons.get(word) ?? 'other';
  return {
    reason: found === 'end' && calls ? 'tool' : found,
    ...(word === '' ? {} : { raw: word }),
    ...(message === undefined ? {} : { message }),
  };
}

/** `own`: the word comes from this API and still means what is said. */
export function encodeFinish({ reason, raw }: Finish, own: boolean): string {
  if (!own || raw === undefined) return words[reason];
  const meant = reasons.get(raw) ?? 'other';
  return meant === reason || (meant === 'end' && reason === 'tool') ? raw : words[reason];
}

/** The word, or the number it came as. */
export function encodeOwnFinish(finish: Finish, given: unknown): string | number {
  const word = encodeFinish(finish, true);
  return typeof given === 'number' && (numbered[given] ?? String(given)) === word ? given : word;
}
