// A stream of deltas gathered into the whole answer.
import type {
  Answer,
  Candidate,
  Citation,
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
  /** Told after the start of their part, by its index: thousands of them may come one by one. */
  citations: (Citation[] | undefined)[];
  logprobs: (unknown[] | undefined)[];
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
    const candidates = [...this.#candidates.entries()].map(([index, growing]): Candidate => {
      const { parts, finish, extra } = growing;
      const whole = parts.map((part, at) => wholeOf(part, at, growing));
      return { index, parts: whole, finish: finish ?? { reason: 'other' }, ...(extra === undefined ? {} : { extra }) };
    });
    return { ...this.#head, candidates, ...(this.#usage === undefined ? {} : { usage: this.#usage }) };
  }

  #of(index: number): Growing {
    let found = this.#candidates.get(index);
    if (found === undefined) {
      found = { parts: [], texts: [], citations: [], logprobs: [], finish: undefined, extra: undefined };
      this.#candidates.set(index, found);
    }
    return found;
  }

  #start(candidate: number, index: number, part: Part): void {
    const { parts, texts, citations, logprobs } = this.#of(candidate);
    parts[index] = part;
    texts[index] = '';
    citations[index] = undefined;
    logprobs[index] = undefined;
  }

  #grow({ candidate, index, text, citations, logprobs }: PartDelta): void {
    const growing = this.#of(candidate);
    growing.texts[index] = (growing.texts[index] ?? '') + text;
    if (citations !== undefined) append(growing.citations, index, citations);
    if (logprobs !== undefined) append(growing.logprobs, index, logprobs);
  }

  #settle(candidate: number, index: number, set: PartEnding): void {
    const { parts, citations } = this.#of(candidate);
    const part = parts[index];
    if (part !== undefined) parts[index] = { ...part, ...set } as Part;
    if (set.citations !== undefined) citations[index] = undefined;
  }
}

function append<T>(lists: (T[] | undefined)[], index: number, more: readonly T[]): void {
  lists[index] ??= [];
  for (const one of more) lists[index].push(one);
}

function wholeOf(part: Part, at: number, { texts, citations, logprobs }: Growing): Part {
  const said = withText(part, texts[at] ?? '');
  if (said.kind !== 'text') return said;
  const [cited, scored] = [citations[at], logprobs[at]];
  return {
    ...said,
    ...(cited === undefined ? {} : { citations: [...(said.citations ?? []), ...cited] }),
    ...(scored === undefined ? {} : { logprobs: [...(said.logprobs ?? []), ...scored] }),
  };
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
