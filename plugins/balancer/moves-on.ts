// Which failures `on:` of a model target names.
import type { FailureKind, OnFailure } from 'portico';

const names: Partial<Record<FailureKind, OnFailure>> = {
  timeout: 'timeout',
  connect: 'connect',
  'rate-limit': '429',
  server: '5xx',
  auth: 'auth',
  model: 'model',
};

/** Whether another target is tried after this failure. Without `on:` every failure that another could cure moves on. */
export function movesOn(kind: FailureKind, on: readonly OnFailure[] | undefined): boolean {
  // Nobody was asked yet.
  if (kind === 'untranslatable') return true;
  const name = names[kind];
  return name !== undefined && (on === undefined || on.includes(name));
}
