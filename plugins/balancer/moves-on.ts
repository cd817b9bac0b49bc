// Which failures `on:` of a model target names.
import type { AttemptFailure, FailureKind, OnFailure } from 'portico';

const names: Partial<Record<FailureKind, OnFailure>> = {
  timeout: 'timeout',
  connect: 'connect',
  'rate-limit': '429',
  server: '5xx',
  auth: 'auth',
  model: 'model',
  'context-length': 'context-length',
  'content-policy': 'content-policy',
};

/** The request's own fault at this model: another one may have more room, or another policy. */
const atThisModel: ReadonlySet<FailureKind> = new Set(['context-length', 'content-policy']);
const passing: ReadonlySet<FailureKind> = new Set(['timeout', 'connect', 'server']);

/** Whether another target is tried after this failure. Without `on:` every failure that another could cure moves on. */
export function movesOn(
  { kind, verdict }: Pick<AttemptFailure, 'kind' | 'verdict'>,
  on: readonly OnFailure[] | undefined,
): boolean {
  // Nobody was asked yet.
  if (kind === 'untranslatable') return true;
  if (verdict === 'stop') return leavesModel(kind, on);
  // The caller's fault, but a rule of the operator's says to go on.
  if (kind === 'caller' || atThisModel.has(kind)) return true;
  const name = names[kind];
  return name !== undefined && (on === undefined || on.includes(name));
}

/** Whether the next model is asked, not another account for the same: only where `on:` names the kind. */
export function leavesModel(kind: FailureKind, on: readonly OnFailure[] | undefined): boolean {
  const name = names[kind];
  return atThisModel.has(kind) && name !== undefined && on?.includes(name) === true;
}

/** An error of a kind that comes and goes: the provider may be sick, and must not be hammered. */
export function isPassing({ kind, verdict, refreshed }: AttemptFailure): boolean {
  return (verdict === 'retry' && refreshed !== true) || passing.has(kind);
}
