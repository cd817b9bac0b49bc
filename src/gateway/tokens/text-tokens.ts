// How many tokens a JSON body will about be, in bounded time: a few windows of it are counted and scaled up. What is not
// text (images, documents, sound in base64) is no text of so many letters: each counts a flat amount.
import { estimateTokenCount } from 'tokenx';
import { isRun, runEnd, shortestRun } from './base64-run.ts';

/** What an image or a document is taken for; vendors charge some hundred to some thousand for one. */
export const attachmentTokens = 1000;
/** Counting takes about 60 ns a byte: a quarter of a millisecond at most. */
const sampleBytes = 4 * 1024;
const windowBytes = 1024;
const runs = new RegExp(`(?:[A-Za-z0-9+/=_-]|\\\\[/nr]){${shortestRun},}`, 'g');

/** Of a body in the chunks it came in. */
export function textTokens(chunks: readonly Buffer[]): number {
  const { windows, attachments } = survey(chunks);
  const all = windows.reduce((sum, window) => sum + window.length, 0);
  const step = Math.max(1, Math.ceil(all / sampleBytes));
  let read = 0;
  let tokens = 0;
  for (let at = 0; at < windows.length; at += step) {
    const window = windows[at] as Buffer;
    read += window.length;
    tokens += windowTokens(window);
  }
  return Math.round(read === 0 ? 0 : (tokens * all) / read) + attachments * attachmentTokens;
}

interface Survey {
  /** Text, cut into pieces. */
  readonly windows: readonly Buffer[];
  /** Runs of base64 that were jumped over: those that a cut went through. */
  readonly attachments: number;
}

function survey(chunks: readonly Buffer[]): Survey {
  const windows: Buffer[] = [];
  let attachments = 0;
  /** Inside a run that began earlier. */
  let open = false;
  for (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      if (open || isRun(chunk, at)) {
        if (!open) attachments += 1;
        at = runEnd(chunk, at);
        open = at === chunk.length;
        continue;
      }
      const end = Math.min(chunk.length, at + windowBytes);
      windows.push(chunk.subarray(at, end));
      if (end - at >= shortestRun && isRun(chunk, end - shortestRun)) {
        attachments += 1;
        open = true;
      }
      at = end;
    }
  }
  return { windows, attachments };
}

/** A run that reaches the end of its window was counted with the cut that went through it. */
function windowTokens(window: Buffer): number {
  const raw = window.toString('utf8');
  let attachments = 0;
  const text = raw.replace(runs, (run: string, at: number) => {
    if (at + run.length < raw.length) attachments += 1;
    return ' ';
  });
  return estimateTokenCount(plain(text)) + attachments * attachmentTokens;
}

/** As a model reads it: escapes are what they stand for. */
function plain(json: string): string {
  if (!json.includes('\\')) return json;
  return json.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, letter: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return letter === 'n' || letter === 't' || letter === 'r' ? '\n' : (letter ?? '');
  });
}
