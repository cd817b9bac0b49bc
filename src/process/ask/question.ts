// What the control thread asks a data thread, and what that answers: things only a compiled configuration knows.
import type { Explained, Question } from '../../gateway/explain/explanation.ts';
import type { ProbeResult, ProbeWish } from '../../gateway/probe/probed.ts';

export type Asked =
  | { readonly what: 'explain'; readonly question: Question }
  | { readonly what: 'probe'; readonly wish: ProbeWish };

export type Answer =
  | { readonly what: 'explain'; readonly explained: Explained }
  | { readonly what: 'probe'; readonly result: ProbeResult }
  /** A fault of the gateway's own. */
  | { readonly what: 'failed'; readonly message: string };
