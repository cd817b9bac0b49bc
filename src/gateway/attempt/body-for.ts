// The upstream's body: the client's bytes, but for the named splices (the model's name; fields the provider knows by
// another name or not at all; asking for usage in a stream).
import type { BodyRequest, JsonObject, Outcome, Target } from '../../core/index.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import type { OutgoingBody } from '../../upstream/body/outgoing.ts';
import type { Member } from '../../upstream/body/scan.ts';
import { editMembers, splice } from '../../upstream/body/splice.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Findings } from '../call/findings.ts';
import { isAtHand, type TakenBody } from '../call/take-body.ts';
import type { Provider } from '../snapshot.ts';
import { withThinking } from './asked-thinking.ts';
import { ownMembers } from './own-members.ts';

export interface UpstreamBody {
  readonly body: OutgoingBody;
  /** Undefined: not known before its end. */
  readonly bytes: number | undefined;
  /** Usage was asked for on the gateway's behalf: the event that carries it is not the client's. */
  readonly asksForUsage: boolean;
}

/** Fields whose meaning must not be renamed or dropped away from under policy. */
const untouchable = new Set(['model', 'stream']);

export function bodyFor(
  call: GatewayCall,
  target: Target,
  provider: Provider,
  taken: TakenBody,
  found: Findings,
): UpstreamBody {
  if (isAtHand(taken))
    return jsonFor(call, target, provider, withThinking(call, target, provider, taken, found), found);
  if (taken.kind === 'form') return { ...taken.outgoing(target.model), asksForUsage: false };
  return { body: taken, bytes: taken.length, asksForUsage: false };
}

/**
 * What became of an attempt, in view of the body. Throws why the body broke off, if it did: no target could do better.
 * Nor could another one where the body is gone.
 */
export function settleBody(call: GatewayCall, taken: TakenBody, outcome: Outcome): Outcome {
  if (isAtHand(taken)) return outcome;
  // What is left of it must not be taken for the next request.
  if (!taken.complete) call.res.shouldKeepAlive = false;
  if (outcome.ok) return outcome;
  if (taken.failure !== undefined) throw taken.failure;
  return taken.kind === 'arriving' && taken.begun ? { ...outcome, verdict: 'stop' } : outcome;
}

function jsonFor(call: GatewayCall, target: Target, provider: Provider, body: ReadBody, found: Findings): UpstreamBody {
  const { scanned } = body;
  if (scanned === undefined) return { body: body.chunks, bytes: body.bytes, asksForUsage: false };
  const set: Record<string, unknown> = {};
  const model = find(scanned.members, 'model');
  if (model !== undefined && target.model !== undefined && renames(call, model, target.model)) set.model = target.model;
  const options = usageOptions(call, provider, body);
  if (options !== undefined) set.stream_options = options;
  // Of most there are none: that must cost nothing.
  const isPlain = provider.code.body === undefined && target.set === undefined;
  const own = isPlain ? undefined : ownMembers(provider.code, asked(call, target));
  const { parameters } = provider.loaded.manifest;
  if (parameters === undefined && own === undefined && set.model === undefined && options === undefined) {
    return { body: body.chunks, bytes: body.bytes, asksForUsage: false };
  }
  const { rename = {}, drop = [] } = parameters ?? {};
  const has = (key: string) => find(scanned.members, key) !== undefined;
  // A field sent under both its names would arrive twice: the one the provider knows is kept.
  const doubled = Object.keys(rename).filter((key) => has(key) && has(rename[key] ?? key));
  const dropped = [...drop, ...doubled].filter((key) => !untouchable.has(key) && has(key));
  if (dropped.length > 0) found.dropped = [...new Set([...found.dropped, ...dropped])];
  const removed = own === undefined ? [] : layOver(set, own, rename);
  const edits = editMembers(scanned, { set, rename, drop: [...dropped, ...removed] });
  if (edits.length === 0) return { body: body.chunks, bytes: body.bytes, asksForUsage: false };
  const chunks = splice(body.chunks, edits);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return { body: chunks, bytes, asksForUsage: options !== undefined };
}

function asked(call: GatewayCall, target: Target): BodyRequest {
  const { dialect, operation, streams, req } = call;
  return { target, dialect, operation, stream: streams, headers: req.headers };
}

/** Lays the target's own members over what is set; the fields that go because of them. */
function layOver(set: Record<string, unknown>, own: JsonObject, rename: Readonly<Record<string, string>>): string[] {
  const removed = Object.keys(rename).filter((key) => Object.hasOwn(own, rename[key] ?? key));
  for (const [key, value] of Object.entries(own)) {
    if (value === null) {
      removed.push(key);
      delete set[key];
    } else set[key] = value;
  }
  return removed;
}

/** With the model in the path the body's copy, if any, is the client's own affair unless it would contradict. */
function renames(call: GatewayCall, model: Member, wanted: string): boolean {
  if (call.match?.model !== undefined) return call.match.model !== wanted;
  return model.value !== wanted;
}

/** `stream_options` with usage asked for, or undefined where the client asked itself or the upstream does not take it. */
function usageOptions(call: GatewayCall, provider: Provider, body: ReadBody): Record<string, unknown> | undefined {
  if (!call.streams || call.match?.endpoint?.stream !== 'body') return undefined;
  if (provider.loaded.manifest.dialects[call.dialect]?.streamUsage !== true) return undefined;
  const member = body.scanned && find(body.scanned.members, 'stream_options');
  if (member === undefined) return { include_usage: true };
  const given = parse(body, member);
  if (given === null) return { include_usage: true };
  // Not an object: the upstream shall say what is wrong with it.
  if (typeof given !== 'object' || Array.isArray(given)) return undefined;
  return 'include_usage' in given && given.include_usage === true ? undefined : { ...given, include_usage: true };
}

function parse(body: ReadBody, member: Member): unknown {
  const whole = body.chunks.length === 1 ? (body.chunks[0] as Buffer) : Buffer.concat(body.chunks);
  try {
    return JSON.parse(whole.toString('utf8', member.valueStart, member.valueEnd));
  } catch {
    // Malformed inside a string: left to the upstream, which sees the same bytes.
    return undefined;
  }
}

function find(members: readonly Member[], key: string): Member | undefined {
  return members.find((member) => member.key === key);
}
