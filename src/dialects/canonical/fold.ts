// A stream of deltas gathered into the whole answer.
import type {
  Answer,
  Candidate,
  Delta,
  Extra,
  Fault,
  Finish,
  Part,
  PartDelta,
  PartEnding,
  Usage,
} from '../../core/index.ts';

interface Growing {
  parts: Part[];
  texts: string[];
  finish: Finish | undefined;
  extra: Extra | undefined;
}

export class Fold {
  readonly #candidates = new Map<number, Growing>();
  #head: Partial<Answer> = {};
  #usage: Usage | undefined;
  #ended = false;
  #fault: Fault | undefined;

  /** The error that ended the stream, if one did. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Whether `answer-end` has come. */
  get ended(): boolean {
    return this.#ended;
  }

  push(delta: Delta): void {
    switch (delta.type) {
      case 'answer-start': {
        const { type: _, usage, ...head } = delta;
        this.#usage = usage;
        this.#head = head;
        return;
      }
      case 'part-start':
        return this.#start(delta.candidate, delta.index, delta.part);
      case 'part-delta':
        return this.#grow(delta);
      case 'part-end':
        if (delta.set !== undefined) this.#settle(delta.candidate, delta.index, delta.set);
        return;
      case 'finish': {
        const candidate = this.#of(delta.candidate);
        candidate.finish = delta.finish;
        candidate.extra = delta.extra;
        return;
      }
      case 'answer-end': {
        const { type: _, usage, ...end } = delta;
        this.#ended = true;
        this.#usage = usage ?? this.#usage;
        const extra = joined(this.#head.extra, end.extra);
        this.#head = { ...this.#head, ...end, ...(extra === undefined ? {} : { extra }) };
        return;
      }
      default:
        this.#fault = delta;
    }
  }

  /** What has been gathered; a candidate that did not finish ended for a reason unknown. */
  answer(): Answer {
    const candidates = [...this.#candidates.entries()].map(([index, { parts, texts, finish, extra }]): Candidate => {
      const whole = parts.map((part, at) => withText(part, texts[at] ?? ''));
      return { index, parts: whole, finish: finish ?? { reason: 'other' }, ...(extra === undefined ? {} : { extra }) };
    });
    return { ...this.#head, candidates, ...(this.#usage === undefined ? {} : { usage: this.#usage }) };
  }

  #of(index: number): Growing {
    let found = this.#candidates.get(index);
    if (found === undefined) {
      found = { parts: [], texts: [], finish: undefined, extra: undefined };
      this.#candidates.set(index, found);
    }
    return found;
  }

  #start(candidate: number, index: number, part: Part): void {
    const { parts, texts } = this.#of(candidate);
    parts[index] = part;
    texts[index] = '';
  }

  #grow({ candidate, index, text, citations, logprobs }: PartDelta): void {
    const { parts, texts } = this.#of(candidate);
    texts[index] = (texts[index] ?? '') + text;
    const part = parts[index];
    if (part?.kind !== 'text') return;
    if (citations !== undefined) parts[index] = { ...part, citations: [...(part.citations ?? []), ...citations] };
    if (logprobs !== undefined) parts[index] = { ...part, logprobs: [...(part.logprobs ?? []), ...logprobs] };
  }

  #settle(candidate: number, index: number, set: PartEnding): void {
    const { parts } = this.#of(candidate);
    const part = parts[index];
    if (part !== undefined) parts[index] = { ...part, ...set } as Part;
  }
}

function withText(part: Part, text: string): Part {
  if (text === '') return part;
  if (part.kind === 'tool-call') return { ...part, arguments: part.arguments + text };
  if (part.kind === 'text' || part.kind === 'reasoning' || part.kind === 'refusal')
    return { ...part, text: part.text + text };
  return part;
}

function joined(a: Extra | undefined, b: Extra | undefined): Extra | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { ...a, ...b, fields: { ...a.fields, ...b.fields }, form: { ...a.form, ...b.form } };
}
