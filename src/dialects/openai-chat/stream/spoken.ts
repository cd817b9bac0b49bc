// One choice as it is told to the client: parts -> the JSON of its deltas. What is said here in pieces is what
// encode-assistant.ts says at once.
import type { Citation, Part, PartDelta, PartEnding, ReplyFacts } from '../../../core/index.ts';
import { voiceOf } from '../answer/encode.ts';
import { formOf } from '../members.ts';
import type { Voice } from '../message/encode-assistant.ts';
import { encodeToolCall } from '../message/tool-call.ts';

export class Spoken {
  called = false;
  refused = false;
  readonly #voice: Voice;
  #part: Part = { kind: 'text', text: '' };
  /** How the pieces of the open part begin and end: `{"content":` and `}`. */
  #before = '';
  #after = '';
  /** A blank line before reasoning that is not the first. */
  #gap = '';
  #textLength = 0;
  #reasoningLength = 0;
  /** Where the open part begins in them. */
  #from = 0;
  #details = 0;
  #calls = 0;
  /** Whether the open call has arguments. */
  #argued = false;
  #citations: Citation[] = [];

  constructor(reply: ReplyFacts) {
    this.#voice = voiceOf(reply);
  }

  start(part: Part): string {
    this.#part = part;
    this.#gap = '';
    switch (part.kind) {
      case 'text':
        this.#frame('{"content":', '}');
        this.#from = this.#textLength;
        this.#citations = [...(part.citations ?? [])];
        return this.#say(part.text, part.logprobs);
      case 'reasoning':
        if (this.#reasoningLength > 0) this.#gap = '\n\n';
        this.#frame(formOf(part.extra).reasoning === 'reasoning' ? '{"reasoning":' : '{"reasoning_content":', '}');
        this.#from = this.#reasoningLength + this.#gap.length;
        return this.#say(part.text);
      case 'refusal':
        this.refused = true;
        this.#frame('{"refusal":', '}');
        return this.#say(part.text);
      case 'tool-call':
        return this.#call(part);
      default:
        return this.#other(part);
    }
  }

  grow({ text, citations, logprobs }: PartDelta): string {
    if (citations !== undefined) this.#citations.push(...citations);
    return this.#say(text, logprobs);
  }

  /** Blobs and citations are known in the end. */
  end(set: PartEnding | undefined): string {
    const part = this.#part;
    const opaque = set?.opaque ?? part.opaque;
    if (part.kind === 'reasoning' && opaque !== undefined) {
      const start = Math.min(this.#from, this.#reasoningLength);
      const place = { ...part, ...set, start, length: this.#grown(), index: this.#details };
      const entries = this.#voice.details(opaque, part, place) ?? [];
      this.#details += entries.length;
      return `{"reasoning_details":${JSON.stringify(entries)}}`;
    }
    if (part.kind === 'tool-call' && set?.opaque !== undefined) {
      const signature = this.#voice.signature(set.opaque, part);
      const call = {
        index: this.#calls - 1,
        function: { arguments: this.#argued || part.custom ? '' : '{}' },
        extra_content: { google: { thought_signature: signature } },
      };
      return JSON.stringify({ tool_calls: [call] });
    }
    // Clients parse the arguments: none at all are told as `{}`.
    if (part.kind === 'tool-call' && !this.#argued && !part.custom) return this.#say('{}');
    return part.kind === 'text' ? this.#cite(set?.citations ?? this.#citations) : '';
  }

  #frame(before: string, after: string): void {
    this.#before = before;
    this.#after = after;
  }

  #say(text: string, logprobs?: readonly unknown[]): string {
    const scored = logprobs === undefined || logprobs.length === 0 ? '' : scores(logprobs);
    if (text === '') return scored === '' ? '' : `${this.#before}""${this.#after}${scored}`;
    const said = this.#gap + text;
    this.#gap = '';
    const { kind } = this.#part;
    if (kind === 'text') this.#textLength += said.length;
    else if (kind === 'reasoning') this.#reasoningLength += said.length;
    else if (kind === 'tool-call') this.#argued = true;
    return `${this.#before}${JSON.stringify(said)}${this.#after}${scored}`;
  }

  /** Length of the open part so far. */
  #grown(): number {
    const length = this.#part.kind === 'text' ? this.#textLength : this.#reasoningLength;
    return Math.max(0, length - this.#from);
  }

  #call(part: Part & { kind: 'tool-call' }): string {
    const index = this.#calls;
    // A running number, whatever the call's place among the parts (Portkey#1275).
    this.#calls += 1;
    this.called = true;
    this.#argued = part.arguments !== '';
    const id = part.id === '' ? this.#voice.callId(part, index) : part.id;
    const call = encodeToolCall(part, part.opaque && this.#voice.signature(part.opaque, part), true, id);
    const [open, close] = part.custom ? ['"custom":{"input":', '}'] : ['"function":{"arguments":', '}'];
    this.#frame(`{"tool_calls":[{"index":${index},${open}`, `${close}}]}`);
    return JSON.stringify({ tool_calls: [{ ...call, index }] });
  }

  #other(part: Part): string {
    this.#frame('', '');
    const image = part.kind === 'media' ? this.#voice.picture(part) : undefined;
    if (image !== undefined) return JSON.stringify({ images: [image] });
    if (part.kind === 'native' && part.dialect === 'openai-chat' && part.type === 'audio')
      return JSON.stringify({ audio: part.raw });
    this.#voice.lost(part);
    return '';
  }

  #cite(citations: readonly Citation[]): string {
    if (citations.length === 0) return '';
    const length = this.#grown();
    const annotations = citations.flatMap((citation) => this.#voice.cite(citation, this.#from, length) ?? []);
    return annotations.length === 0 ? '' : JSON.stringify({ annotations });
  }
}

/** Behind the delta, of the choice. */
function scores(logprobs: readonly unknown[]): string {
  return `,"logprobs":${JSON.stringify({ content: logprobs, refusal: null })}`;
}
