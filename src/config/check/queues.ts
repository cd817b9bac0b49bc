// A queue is for an account that can be full: one with a limit of requests at once, its own or its provider's.
import { type Draft, entriesOf } from '../read/entries.ts';
import { isTree } from '../read/tree.ts';

export function checkQueues(draft: Draft): void {
  for (const provider of entriesOf(draft, 'providers')) {
    for (const { path, value } of entriesOf(draft, ...provider.path, 'accounts')) {
      if (value.queue === undefined || isBounded(value.limits) || isBounded(provider.value.limits)) continue;
      const remedy = 'set `limits: { concurrency: … }` on the account or on its provider, or leave the queue out';
      draft.report.error([...path, 'queue'], `nobody waits for an account that is never full; ${remedy}`, 'key');
    }
  }
}

function isBounded(limits: unknown): boolean {
  return isTree(limits) && limits.concurrency !== undefined;
}
