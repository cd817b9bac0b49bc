// How many tokens a JSON body will about be, in bounded time: a few windows of it are counted and scaled up. What is not
// text (images, documents, sound in base64) is no text of so many letters: each counts a flat amount.
import { estimateTokenCount } from 'tokenx';

/** What an image or a document is taken for; vendors charge some hundred to some thousand for one. */
export const attachmentTokens = 1000;
/** Counting takes about 60 ns a byte: a millisecond at most. */
const sampleBytes = 16 * 1024;
const windowBytes = 2048;
/** As many bytes of one alphabet without a space: base64, not words. */
const probeBytes = 96;
const unbroken = /(?:[A-Za-z0-9+/=_-]|\\[/nr]){256,}/g;
const quote = 0x22;
const backslash = 0x5c;

/** Of a body in the chunks it came in. */
export function textTokens(chunks: readonly Buffer[]): number {
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  const { windows, attachments } = survey(body);
  const all = windows.reduce((sum, window) => sum + window.length, 0);
  const step = Math.max(1, Math.ceil(all / sampleBytes));
  let read = 0;
  let tokens = 0;
  let more = 0;
  for (let at = 0; at < windows.length; at += step) {
    const window = windows[at] as Buffer;
    const { text, runs } = withoutRuns(window);
    read += window.length;
    tokens += estimateTokenCount(plain(text));
    more += runs;
  }
  const scale = read === 0 ? 0 : all / read;
  return Math.round((tokens + more * attachmentTokens) * scale) + attachments * attachmentTokens;
}

/** Windows of text, and how many runs of base64 were jumped over. */
function survey(body: Buffer): { readonly windows: readonly Buffer[]; readonly attachments: number } {
  const windows: Buffer[] = [];
  let attachments = 0;
  for (let at = 0; at < body.length; ) {
    if (isBase64(body, at)) {
      attachments += 1;
      const end = body.indexOf(quote, at);
      at = end < 0 ? body.length : end;
      continue;
    }
    const end = Math.min(body.length, at + windowBytes);
    windows.push(body.subarray(at, end));
    at = end;
  }
  return { windows, attachments };
}

/** Whether what stands here is in the middle of something that is no text. */
function isBase64(body: Buffer, at: number): boolean {
  if (at + probeBytes > body.length) return false;
  for (let index = at; index < at + probeBytes; index += 1) {
    const byte = body[index] as number;
    if (byte === backslash && mayEscape(body[index + 1])) continue;
    if (base64[byte] === 0) return false;
  }
  return true;
}

/** Some write the slashes of base64 as `\/`, or break its lines. */
function mayEscape(next: number | undefined): boolean {
  return next === 0x2f || next === 0x6e || next === 0x72;
}

/** 1 for the bytes of base64 and of its URL form. */
const base64 = new Uint8Array(256);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-')
  base64[letter.charCodeAt(0)] = 1;

/** A run at the end of its window goes on in the next, where it is counted. */
function withoutRuns(window: Buffer): { readonly text: string; readonly runs: number } {
  const raw = window.toString('utf8');
  let runs = 0;
  const text = raw.replace(unbroken, (run: string, at: number) => {
    if (at + run.length < raw.length) runs += 1;
    return ' ';
  });
  return { text, runs };
}

/** As a model reads it: escapes are what they stand for. */
function plain(json: string): string {
  if (!json.includes('\\')) return json;
  return json.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, letter: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return letter === 'n' || letter === 't' || letter === 'r' ? '\n' : (letter ?? '');
  });
}
