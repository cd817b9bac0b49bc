// Answers a request that was answered before from memory. What is kept is the answer as it came from behind this plugin:
// changes that plugins before it make are made again each time.
import { type CallContext, type Host, isSource, type PluginHandler, plugin, type Reply } from 'portico';
import { addressOf } from './address.ts';
import { answersOf, type Kept, replyOf } from './answers.ts';
import { readDirectives } from './directives.ts';
import { explain } from './explain.ts';
import { Recording } from './recording.ts';
import type { Settings } from './settings.ts';
import { UnderWay } from './under-way.ts';
import { judge } from './verdict.ts';

const resultHeader = 'x-portico-cache';
const droppedHeader = 'x-portico-dropped';
/** Headers that belong to the answer; the others tell of the request that it was given to first. */
const ownHeaders = ['content-type', 'cache-control', 'x-portico-estimated'];

function cache(settings: Settings, host: Host): PluginHandler {
  const answers = answersOf(host, settings);
  const operations = new Set(settings.operations);
  const longest = Math.min(settings.maxAnswer, settings.maxBytes);
  const underWay = settings.coalesce === 0 ? undefined : new UnderWay(host.clock, settings.coalesce);

  return async function cache(ctx, next) {
    const { call } = ctx;
    if (call.reply !== undefined || !operations.has(call.operation)) return next();
    const { noCache, noStore, maxAge } = readDirectives(ctx.get('cache-control'));
    const address = noStore ? undefined : await addressOf(ctx, settings);
    const find = () => (address === undefined || noCache ? undefined : fresh(answers.get(address), maxAge));
    let kept = find();
    if (kept === undefined && underWay !== undefined && address !== undefined && !noCache) {
      await underWay.wait(address, call, () => {
        kept = find();
        return kept !== undefined;
      });
    }
    if (kept !== undefined) {
      // Throws where this client may not, or no longer, use the model.
      await call.candidates();
      call.reply = { ...replyOf(kept, call), madeBy: host.name };
      return tell(ctx, 'hit');
    }
    tell(ctx, address === undefined || noCache ? 'bypass' : 'miss');
    await next();
    keep(ctx, address);
  };

  function fresh(kept: Kept | undefined, maxAge: number): Kept | undefined {
    if (kept === undefined) return undefined;
    return host.clock.ticks() - kept.keptAt <= Math.min(settings.ttl, maxAge) ? kept : undefined;
  }

  /** On whatever answer there will be: errors say so too. */
  function tell(ctx: CallContext, result: 'hit' | 'miss' | 'bypass'): void {
    host.metrics.count('requests', { result });
    ctx.set(resultHeader, result);
  }

  /** Once the last byte has left, and only where all was well. */
  function keep(ctx: CallContext, address: string | undefined): void {
    const { call } = ctx;
    const { reply } = call;
    // An upstream may be a gateway that says so as well.
    delete reply?.headers[resultHeader];
    if (address === undefined || reply?.status !== 200) return;
    const { eventStream } = reply;
    const headers = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => ownHeaders.includes(name)));
    const isGood = judge(call, eventStream);
    const taken = record(reply, longest);
    void call.done.then(({ outcome }) => {
      const body = outcome === 'ok' ? taken() : undefined;
      if (body === undefined || !isGood(body)) return;
      const dropped = ctx.res.getHeader(droppedHeader);
      if (dropped !== undefined) headers[droppedHeader] = String(dropped);
      answers.set(address, { headers, body: ownCopy(body), eventStream, keptAt: host.clock.ticks() });
    });
  }
}

export default plugin<Settings>(cache, { explain });

/** Memory of its own: a small buffer may be a piece of a large one that would be held with it. */
function ownCopy(body: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(body.length);
  body.copy(copy);
  return copy;
}

/** Writes the body down on its way. The function gives it, or nothing where it did not come whole or is too long. */
function record(reply: Reply, most: number): () => Buffer | undefined {
  const { body } = reply;
  if (!isSource(body)) return () => (body.length <= most ? body : undefined);
  const recording = new Recording(body, most);
  reply.body = recording;
  return () => recording.taken();
}
