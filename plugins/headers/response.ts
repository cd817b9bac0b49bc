// The answer's headers as the client shall see them. An error has no reply yet when it passes here; what is set on the
// context is sent with it.
import type { CallContext, Reply } from 'portico';
import type { Changes } from './rules.ts';

export function changeResponse(ctx: CallContext, { remove, set, add }: Changes, model: string | undefined): void {
  const { call } = ctx;
  const headers: Reply['headers'] = call.reply?.headers ?? {};
  for (const name of [...remove, ...set.map(([known]) => known)]) {
    delete headers[name];
    ctx.remove(name);
  }
  for (const [name, value] of set) {
    const filled = value.fill(call, model);
    if (filled !== undefined) ctx.set(name, filled);
  }
  for (const [name, value] of add) {
    const filled = value.fill(call, model);
    if (filled === undefined) continue;
    // A reply's header would take the place of one of the context.
    const there = headers[name];
    delete headers[name];
    if (there !== undefined) ctx.set(name, there);
    ctx.append(name, filled);
  }
}
