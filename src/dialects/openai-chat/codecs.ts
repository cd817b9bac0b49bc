// Placeholder until the codec lands.
import type { Codecs } from '../../core/index.ts';

export const codecs = {} as Codecs;
