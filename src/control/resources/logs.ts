// GET /logs: the newest log lines; with `follow=true` as server-sent events that go on.
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Level } from '../../core/index.ts';
import { follow } from '../logs/follow.ts';
import { type LineFormat, type LineKind, mostLines } from '../logs/tail.ts';
import type { ControlPlane } from '../plane.ts';
import { Refusal } from '../refuse.ts';

/** Readers that may follow at once. */
const mostFollowers = 16;

const levels = ['error', 'warn', 'info', 'debug'] as const satisfies readonly Level[];
const kinds = ['requests', 'operations'] as const satisfies readonly LineKind[];
const formats = ['text', 'json'] as const satisfies readonly LineFormat[];

export function logs(router: Router, plane: ControlPlane): void {
  let followers = 0;
  router.get('/logs', async function logs(ctx) {
    const { tail, run, clock } = plane.logs();
    const filter = {
      level: choice(ctx, 'level', levels) ?? 'debug',
      kinds: kindsOf(ctx),
      format: choice(ctx, 'format', formats) ?? 'text',
    };
    const first = tail.read(filter, countOf(ctx), seenOf(ctx, run));
    if (choice(ctx, 'follow', ['true', 'false']) !== 'true') {
      ctx.body = { run, lines: first };
      return;
    }
    if (followers >= mostFollowers) {
      throw new Refusal(503, 'too-many-followers', `At most ${mostFollowers} readers may follow the log at once.`);
    }
    ctx.respond = false;
    followers += 1;
    await follow(ctx.res, { tail, filter, run, clock, first }).finally(() => {
      followers -= 1;
    });
  });
}

function kindsOf(ctx: Context): readonly LineKind[] {
  const kind = choice(ctx, 'kind', kinds);
  return kind === undefined ? kinds : [kind];
}

function choice<Word extends string>(ctx: Context, name: string, words: readonly Word[]): Word | undefined {
  const given = ctx.query[name];
  if (given === undefined) return undefined;
  const word = words.find((each) => each === given);
  if (word === undefined) throw new Refusal(400, 'invalid-request', `"${name}" is one of ${words.join(', ')}.`);
  return word;
}

function countOf(ctx: Context): number {
  const given = ctx.query.n ?? '100';
  if (typeof given === 'string' && /^\d{1,6}$/.test(given)) return Math.min(Number(given), mostLines);
  throw new Refusal(400, 'invalid-request', '"n" is a number of lines.');
}

/** Number of the last line the reader has had, when it comes back to the same run. */
function seenOf(ctx: Context, run: string): number {
  const last = ctx.get('last-event-id');
  const number = last.startsWith(`${run}-`) ? Number(last.slice(run.length + 1)) : 0;
  return Number.isSafeInteger(number) ? number : 0;
}
