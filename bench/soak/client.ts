// A client of the soak: asks again and again, streamed or whole, in one of two dialects, and checks every answer to its
// last word. Some leave in the middle.
import type { Dispatcher } from 'undici';
import { chanceOf } from './chance.ts';

export interface Tally {
  asked: number;
  whole: number;
  left: number;
  /** Told in the stream that it broke off. */
  toldBroken: number;
  /** Ended as if all was well, with something missing: must not be. */
  brokenInSilence: number;
  /** By status and code: refused before anything was said. */
  readonly refused: Record<string, number>;
  readonly firstByteMs: number[];
}

export interface Gate {
  readonly origin: string;
  readonly key: string;
  readonly pool: Dispatcher;
}

const words = Array.from({ length: 15 }, (_, index) => `word${index} `).join('');
const paths = ['/v1/chat/completions', '/v1/messages'] as const;

/** Until `over` says so. */
export async function client(gate: Gate, seed: number, over: () => boolean, tally: Tally): Promise<void> {
  const chance = chanceOf(seed);
  while (!over()) await ask(gate, chance, tally);
}

async function ask({ origin, key, pool }: Gate, chance: () => number, tally: Tally): Promise<void> {
  const path = paths[chance() < 0.7 ? 0 : 1];
  const stream = chance() < 0.7;
  const leavesAfter = chance() < 0.05 ? Math.floor(chance() * 900) : undefined;
  const content = 'lorem ipsum '.repeat(1 + Math.floor(chance() * 200));
  const body = JSON.stringify({ model: 'team', stream, max_tokens: 100, messages: [{ role: 'user', content }] });
  const leaving = new AbortController();
  const timer = leavesAfter === undefined ? undefined : setTimeout(() => leaving.abort(), leavesAfter);
  tally.asked += 1;
  const started = performance.now();
  try {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await pool.request({ origin, path, method: 'POST', headers, body, signal: leaving.signal });
    let text = '';
    for await (const part of answer.body) {
      if (text === '' && answer.statusCode === 200) tally.firstByteMs.push(performance.now() - started);
      text += part;
    }
    judge(answer.statusCode, path, stream, text, tally);
  } catch (error) {
    if (leaving.signal.aborted) tally.left += 1;
    else count(tally, `connection ${(error as { code?: string }).code ?? String(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

function judge(status: number, path: string, stream: boolean, text: string, tally: Tally): void {
  if (status !== 200) return count(tally, `${status} ${/"code":\s*"([^"]+)"/.exec(text)?.[1] ?? text.slice(0, 200)}`);
  if (saidIn(text, stream) === words && (!stream || text.includes(path === paths[0] ? '[DONE]' : 'message_stop'))) {
    tally.whole += 1;
    return;
  }
  if (/"error"/.test(text) && !/\[DONE\]|message_stop/.test(text)) tally.toldBroken += 1;
  else tally.brokenInSilence += 1;
}

function saidIn(text: string, stream: boolean): string {
  if (!stream) return /"(?:content|text)":\s*"(word0 [^"]*)"/.exec(text)?.[1] ?? '';
  return [...text.matchAll(/"(?:content|text)":\s*"(word\d+ )"/g)].map(([, word]) => word).join('');
}

function count({ refused }: Tally, what: string): void {
  refused[what] = (refused[what] ?? 0) + 1;
}
