// Tells in which order the targets of a request would be tried, and who would be passed over, without moving a cursor.
import { type Call, type CandidateFinding, describeStanding, type Host, type Tell } from 'portico';
import { meansOf } from './order/means.ts';
import { order, type Picked } from './order/order.ts';
import type { Settings } from './settings.ts';

/** Throws what looking for candidates throws. */
export async function explain(call: Call, settings: Settings, host: Host, tell: Tell): Promise<void> {
  const tree = await call.candidates();
  const { clock, ledger } = host;
  const means = await meansOf(call, tree, settings, host, (cursor) => ledger.peek(cursor));
  const picks = [...order(tree, means)];
  const now = clock.now();
  const others = picks.some(({ state }) => state === 'usable' || state === 'trial');
  const candidates = picks.map((picked) => findingOf(picked, settings, others, now));
  const open = candidates.filter(({ skipped }) => skipped === undefined).length;
  const session = means.session === undefined ? '' : ', the conversation is known';
  tell({
    verdict: 'passes',
    text: `${open} of ${candidates.length} would be tried, ${settings.attempts} at most${session}`,
    candidates,
  });
}

function findingOf(picked: Picked, { strategy }: Settings, others: boolean, now: number): CandidateFinding {
  const { target, tier, groups, standing } = picked;
  const because = [
    ...groups.map(({ name, strategy: how }) => `${name} (${how})`),
    `priority ${tier.priority}`,
    ...(tier.translated ? ['translated'] : []),
    ...(tier.targets.length > 1 ? [strategy] : []),
  ].join(', ');
  const asked = standing.state === 'tried' && !others;
  return { target, because, standing, skipped: asked ? undefined : describeStanding(standing, now) };
}
