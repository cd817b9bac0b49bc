// The answer of an upstream that streams, for a client that did not ask for a stream.
import type { Answer, GatewayError, Source } from '../../core/index.ts';
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
class Bounded implements Source {
  readonly #source: Source;
  #bytes = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  flow(sink: Parameters<Source['flow']>[0]): void {
    this.#source.flow({
      data: (chunk) => {
        this.#bytes += chunk.length;
        if (this.#bytes <= mostBytes) return sink.data(chunk);
        const error: GatewayError = tooLarge();
        sink.fail(error);
        this.#source.abort(error);
        return true;
      },
      end: () => sink.end(),
      fail: (error) => sink.fail(error),
    });
  }

  resume(): void {
    this.#source.resume();
  }

  abort(reason: Error): void {
    this.#source.abort(reason);
  }
}
