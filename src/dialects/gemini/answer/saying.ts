// What parts of an answer can say.
import type { MediaPart, Part, ReplyFacts } from '../../../core/index.ts';
import { wrap } from '../../canonical/envelope.ts';
import type { Saying } from '../wire/write-part.ts';

export function answerSaying(reply: ReplyFacts): Saying {
  return {
    sign: (part: Part) => (part.opaque === undefined ? undefined : wrap(part.opaque, 'gemini')),
    // The result may be matched by it, and clients that know none ignore it.
    ids: true,
    thoughts: true,
    imageUrls: true,
    unreadable: ({ media }: MediaPart) => reply.lost(media),
    unsayable: (part) => reply.lost(part.kind === 'native' ? part.type : part.kind),
    drop: (what) => {
      // Citations are told apart from the text.
      if (what !== 'text.citations') reply.lost(what === 'toolCall.arguments' ? 'functionCall.args' : what);
    },
    dropExtra: () => undefined,
  };
}

/** Thoughts are shown unless the client said that it does not want them; without their text the signature stays. */
export function isHidden(part: Part, reply: ReplyFacts): boolean {
  return part.kind === 'reasoning' && reply.conversation.reasoning?.summary === 'none';
}
