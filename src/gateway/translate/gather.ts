// The answer of an upstream that streams, for a client that did not ask for a stream.
import { type Answer, Between, type Source } from '../../core/index.ts';
import { type AnswerWay, StreamTranslation } from './translate-answer.ts';
import { TranslatedStream } from './translated-stream.ts';
import { mostBytes, tooLarge } from './whole-body.ts';

/** Not yet in the client's names. Rejects with what broke it off; an answer without its end is none. */
export async function gather(source: Source, way: AnswerWay): Promise<Answer> {
  const translation = new StreamTranslation(way, true);
  const bounded = new Bounded(source);
  const stream = new TranslatedStream(bounded, translation);
  await stream.begin();
  await new Promise<void>((resolve, reject) => {
    stream.flow({ data: () => true, end: resolve, fail: reject });
  });
  return translation.answer();
}

/** Breaks off what would fill the memory. */
class Bounded extends Between {
  #bytes = 0;

  data(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes <= mostBytes) return this.sink?.data(chunk) ?? true;
    const error = tooLarge();
    this.sink?.fail(error);
    this.abort(error);
    return true;
  }

  end(): void {
    this.sink?.end();
  }

  fail(error: Error): void {
    this.sink?.fail(error);
  }
}
