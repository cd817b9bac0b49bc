// OpenAI Chat, for translation.
import type { Codecs } from '../../core/index.ts';
import { readError } from '../canonical/read-error.ts';
import { chat } from './codec.ts';
import { completions } from './completions/codec.ts';
import { embeddings } from './embeddings.ts';
import { askThinking } from './request/ask-thinking.ts';

export const codecs: Codecs = { chat, completions, embeddings, decodeError: readError, askThinking };
