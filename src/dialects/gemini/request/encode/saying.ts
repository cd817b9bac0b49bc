// What parts of a request can say, and what is done about the rest.
import {
  type Conversation,
  type Destination,
  type DialectName,
  GatewayError,
  type MediaPart,
  type Part,
} from '../../../../core/index.ts';
import { mayReturn } from '../../../canonical/envelope.ts';
import type { Saying } from '../../wire/write-part.ts';
import { type Family, familyOf } from '../families.ts';
import type { Content } from './turns.ts';

export interface RequestSaying extends Saying {
  readonly family: Family;
  /** Names of the functions called, by the id of the call. */
  readonly names: ReadonlyMap<string, string>;
}

/** Documented for histories that another model wrote: https://ai.google.dev/gemini-api/docs/thought-signatures */
const sentinel = 'skip_thought_signature_validator';

export function requestSaying(
  conversation: Conversation,
  contents: readonly Content[],
  to: Destination,
): RequestSaying {
  const { notes, facts } = to;
  const family = familyOf(to.model);
  const unsigned = family.isThird ? mustBeSigned(contents) : new Set<Part>();
  const names = new Map<string, string>();
  for (const { entries } of contents) {
    for (const { part } of entries) if (part.kind === 'tool-call') names.set(part.id, part.name);
  }
  return {
    family,
    names,
    // Before generation 3 ids are not part of the protocol.
    ids: family.isThird,
    // Thoughts of the history that are not the model's own confuse it (gemini-cli#705).
    thoughts: false,
    imageUrls: facts.imageUrls === true,
    sign(part, from) {
      const signature = signatureOf(part, from, conversation, to);
      return signature ?? (unsigned.has(part) && !isLeftAsItIs(part, from) ? sentinel : undefined);
    },
    unreadable: refuse,
    unsayable: () => notes.drop('part'),
    drop: (what) => notes.drop(what),
    dropExtra: (extra) => notes.dropExtra('part', extra, 'gemini'),
  };
}

function signatureOf(
  part: Part,
  from: DialectName | undefined,
  conversation: Conversation,
  { origin, notes }: Destination,
): string | undefined {
  if (part.opaque === undefined) return undefined;
  const cameFrom = part.extra?.dialect ?? from ?? conversation.extra?.dialect ?? 'gemini';
  if (mayReturn(part.opaque, origin, cameFrom)) return part.opaque.data;
  notes.drop('opaque');
  return undefined;
}

/** What this dialect's own client left unsigned is between it and the vendor. */
function isLeftAsItIs(part: Part, from: DialectName | undefined): boolean {
  return (part.extra?.dialect ?? from) === 'gemini' && part.opaque === undefined;
}

/**
 * The first call of every step since the user last spoke: generation 3 refuses it without a signature ("Function call is
 * missing a thought_signature", CLIProxyAPI#2360, claude-code-router#1431).
 */
function mustBeSigned(contents: readonly Content[]): Set<Part> {
  const spoke = contents.findLastIndex(
    ({ role, entries }) => role === 'user' && !entries.some(({ part }) => part.kind === 'tool-result'),
  );
  const first = contents.slice(spoke + 1).map(({ entries }) => entries.find(({ part }) => part.kind === 'tool-call'));
  return new Set(first.filter((entry) => entry !== undefined).map(({ part }) => part));
}

function refuse({ media, source }: MediaPart): never {
  const what = media === 'image' ? 'image' : 'file';
  if (source.type === 'file') {
    const message = `${what}: files kept by another vendor cannot be read by this model. Send the content as base64 instead.`;
    throw new GatewayError('untranslatable', { message });
  }
  const message = `${what}: this model does not fetch addresses. Send the content as base64 instead.`;
  throw new GatewayError('untranslatable', { message });
}
