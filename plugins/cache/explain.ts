// Whether a request would be answered from memory: that of the thread that is asked.
import type { Explainer, Host } from 'portico';
import { addressOf } from './address.ts';
import { answersOf } from './answers.ts';
import { readDirectives } from './directives.ts';
import type { Settings } from './settings.ts';

export function explain(settings: Settings, host: Host): Explainer {
  const answers = answersOf(host, settings);
  const operations = new Set(settings.operations);
  return async function cache(ctx, tell) {
    const { call } = ctx;
    if (!operations.has(call.operation)) return tell({ verdict: 'passes', text: `${call.operation} is not cached` });
    const { noCache, noStore, maxAge } = readDirectives(ctx.get('cache-control'));
    const address = noStore || noCache ? undefined : await addressOf(ctx, settings);
    if (address === undefined)
      return tell({ verdict: 'passes', text: 'passed by: the request may not be answered from memory' });
    // Not `get`: to be looked at must not keep an answer longer.
    const kept = answers.peek(address);
    const age = kept === undefined ? undefined : host.clock.ticks() - kept.keptAt;
    if (age === undefined || age > Math.min(settings.ttl, maxAge)) {
      return tell({ verdict: 'passes', text: 'no answer is kept for it here; each data thread has its own' });
    }
    await call.candidates();
    tell({ verdict: 'answers', text: `answered from memory, ${Math.floor(age / 1000)} s old` });
  };
}
