// A content block while it is written. It is opened when there is something to say: other dialects begin texts that stay
// empty, and blank blocks would be sent back by the client and refused.
import type {
  PartDelta,
  PartEnding,
  ReasoningPart,
  RefusalPart,
  ReplyFacts,
  TextPart,
  ToolCallPart,
} from '../../../core/index.ts';
import { wrap } from '../../canonical/envelope.ts';
import { unsigned } from '../../canonical/unsigned.ts';
import { citationOf } from '../answer/encode-part.ts';
import { formOf, own, written } from '../members.ts';
import { blockDelta, blockStart, blockStop, inputDelta, textDelta, thinkingDelta } from './frames.ts';

export interface Block {
  /** Whether it stands in the message. */
  readonly opened: boolean;
  /** Blanks that were not told. */
  readonly held: string;
  grow(delta: Pick<PartDelta, 'text' | 'citations' | 'logprobs'>): string;
  end(set: PartEnding | undefined): string;
}

export class TextBlock implements Block {
  opened = false;
  readonly #index: number;
  readonly #part: TextPart | RefusalPart;
  readonly #reply: ReplyFacts;
  held = '';
  /** All of it, for citations. */
  #text = '';
  #cited = false;

  constructor(index: number, part: TextPart | RefusalPart, reply: ReplyFacts) {
    this.#index = index;
    this.#part = part;
    this.#reply = reply;
  }

  open(): string {
    this.opened = true;
    return blockStart(this.#index, written({ type: 'text', text: '' }, this.#part.extra));
  }

  grow({ text, citations, logprobs }: PartDelta): string {
    if (logprobs !== undefined) this.#reply.lost('logprobs');
    let said = '';
    if (text !== '') {
      this.#text += text;
      if (this.opened) said = textDelta(this.#index, text);
      else if (text.trim() === '') this.held += text;
      else said = this.#first(text);
    }
    if (citations === undefined || citations.length === 0) return said;
    this.#cited = true;
    for (const citation of citations) {
      for (const found of citationOf(citation, this.#text, this.#reply)) {
        if (!this.opened) said += this.#first('');
        said += blockDelta(this.#index, `{"type":"citations_delta","citation":${JSON.stringify(found)}}`);
      }
    }
    return said;
  }

  end(set: PartEnding | undefined): string {
    const late = this.#cited ? undefined : set?.citations;
    const said =
      late === undefined ? '' : this.grow({ type: 'part-delta', candidate: 0, index: 0, text: '', citations: late });
    return this.opened ? said + blockStop(this.#index) : said;
  }

  #first(text: string): string {
    const held = this.held + text;
    this.held = '';
    return held === '' ? this.open() : this.open() + textDelta(this.#index, held);
  }
}

export class ThinkingBlock implements Block {
  opened = false;
  readonly held = '';
  readonly #index: number;
  readonly #part: ReasoningPart;
  readonly #verbatim: boolean;

  constructor(index: number, part: ReasoningPart, verbatim: boolean) {
    this.#index = index;
    this.#part = part;
    this.#verbatim = verbatim;
  }

  open(): string {
    this.opened = true;
    return blockStart(this.#index, written({ type: 'thinking', thinking: '', signature: '' }, this.#part.extra));
  }

  grow({ text }: { readonly text: string }): string {
    if (text === '') return '';
    const said = thinkingDelta(this.#index, text);
    return this.opened ? said : this.open() + said;
  }

  /** The signature comes once, before the block ends. What was withheld comes whole. */
  end(set: PartEnding | undefined): string {
    const opaque = set?.opaque ?? this.#part.opaque;
    if (opaque === undefined && !this.opened) return '';
    const isUnsigned = !this.#verbatim || formOf(set?.extra).unsigned === true;
    if (opaque === undefined && !isUnsigned) return blockStop(this.#index);
    const blob = opaque === undefined ? unsigned : wrap(opaque, own);
    if ((set?.redacted ?? this.#part.redacted) === true && !this.opened) {
      this.opened = true;
      const block = written({ type: 'redacted_thinking', data: blob }, this.#part.extra);
      return blockStart(this.#index, block) + blockStop(this.#index);
    }
    const start = this.opened ? '' : this.open();
    const signature = `{"type":"signature_delta","signature":${JSON.stringify(blob)}}`;
    return start + blockDelta(this.#index, signature) + blockStop(this.#index);
  }
}

export class ToolUseBlock implements Block {
  readonly opened = true;
  readonly held = '';
  readonly #index: number;
  readonly #part: ToolCallPart;

  constructor(index: number, part: ToolCallPart) {
    this.#index = index;
    this.#part = part;
  }

  /** The first piece of the input is empty, as the vendor sends it. */
  open(): string {
    const { id, name, custom, extra } = this.#part;
    const start = blockStart(this.#index, written({ type: 'tool_use', id, name, input: {} }, extra));
    return start + inputDelta(this.#index, '') + (custom === true ? inputDelta(this.#index, '{"input":"') : '');
  }

  /** Free text of another dialect becomes the one member of an object. */
  grow({ text }: { readonly text: string }): string {
    if (text === '') return '';
    return inputDelta(this.#index, this.#part.custom === true ? JSON.stringify(text).slice(1, -1) : text);
  }

  end(): string {
    return (this.#part.custom === true ? inputDelta(this.#index, '"}') : '') + blockStop(this.#index);
  }
}
