// Deltas -> the events of a text completion stream.
import type { Delta, JsonObject, PartDelta, ReplyFacts, StreamEncoder } from '../../../core/index.ts';
import { encodeUsage } from '../answer/usage.ts';
import { formOf } from '../members.ts';
import { completionFinish, completionHead, echoed, legacyLogprobs, reportLost } from './answer.ts';

export class CompletionStreamEncoder implements StreamEncoder {
  readonly #reply: ReplyFacts;
  readonly #tellsUsage: boolean;
  #head: JsonObject = {};
  #before = '';
  #after = '';
  /** Whether the open part is text, by candidate. */
  readonly #open: boolean[] = [];
  readonly #lengths: number[] = [];

  constructor(reply: ReplyFacts) {
    this.#reply = reply;
    const options = formOf(reply.conversation.extra).streamOptions as JsonObject | undefined;
    this.#tellsUsage = options?.include_usage === true;
  }

  delta(delta: Delta): string {
    switch (delta.type) {
      case 'answer-start':
        this.#head = completionHead(delta, this.#reply);
        this.#before = `data: ${JSON.stringify(this.#head).slice(0, -1)},"choices":[{"text":`;
        this.#after = this.#tellsUsage ? '}],"usage":null}\n\n' : '}]}\n\n';
        return '';
      case 'part-start': {
        const { candidate, part } = delta;
        reportLost(part, this.#reply);
        const isText = part.kind === 'text' || part.kind === 'refusal';
        this.#open[candidate] = isText;
        return this.#echo(candidate) + (isText ? this.#say(candidate, part.text, undefined) : '');
      }
      case 'part-delta':
        return this.#open[delta.candidate] ? this.#say(delta.candidate, delta.text, delta.logprobs) : '';
      case 'finish':
        return this.#echo(delta.candidate) + this.#chunk(delta.candidate, '', 'null', completionFinish(delta.finish));
      case 'answer-end':
        return `${this.#usage(delta.usage)}data: [DONE]\n\n`;
      default:
        return '';
    }
  }

  /** Before the first text of a choice. */
  #echo(candidate: number): string {
    if (this.#lengths[candidate] !== undefined) return '';
    this.#lengths[candidate] = 0;
    return this.#say(candidate, echoed(this.#reply), undefined);
  }

  #say(candidate: number, text: string, logprobs: PartDelta['logprobs']): string {
    if (text === '') return '';
    const before = this.#lengths[candidate] ?? 0;
    this.#lengths[candidate] = before + text.length;
    return this.#chunk(
      candidate,
      text,
      logprobs === undefined ? 'null' : JSON.stringify(legacyLogprobs(logprobs, before)),
    );
  }

  #chunk(candidate: number, text: string, logprobs: string, finish?: string): string {
    const reason = finish === undefined ? 'null' : `"${finish}"`;
    const said = JSON.stringify(text);
    return `${this.#before}${said},"index":${candidate},"logprobs":${logprobs},"finish_reason":${reason}${this.#after}`;
  }

  #usage(usage: Parameters<typeof encodeUsage>[0] | undefined): string {
    if (!this.#tellsUsage || usage === undefined) return '';
    return `data: ${JSON.stringify({ ...this.#head, choices: [], usage: encodeUsage(usage) })}\n\n`;
  }
}
