// The two meanings most events have. Written once so that every event of a stream shares the object.
import type { EventMeaning } from '../core/index.ts';

/** Says nothing yet. */
export const announcement: EventMeaning = { lifecycle: true, terminal: false, error: undefined, usage: undefined };
/** A piece of the answer, or something unknown, which is passed on like one. */
export const output: EventMeaning = { lifecycle: false, terminal: false, error: undefined, usage: undefined };
