// Looks for what must not leave: addresses, numbers, keys, whatever a pattern can say. Takes it out, refuses it, or only
// counts it, in requests and in answers, however a stream is cut.
import { type CallContext, GatewayError, type Host, plugin } from 'portico';
import { AnswerGuard } from './answer/answer-guard.ts';
import { readable } from './readable.ts';
import { passedBody } from './request/passed-body.ts';
import { compileRule, type Rule, type Settings } from './rules/rule.ts';
import { type Rules, rulesFor } from './text/passage.ts';

export default plugin<Settings>(({ rules: written, window, reasoning, unread }, host) => {
  mustDiffer(written.map(({ name }) => name));
  const rules = written.map(compileRule);
  const asked = rulesFor('request', rules, window);
  const told = rulesFor('response', rules, window);
  const inRequests = hasAny(asked);
  const inAnswers = hasAny(told);
  const changesAnswers = told.redact.length > 0 || told.block.length > 0;

  return async function guard(ctx, next) {
    const { call } = ctx;
    const readableHere = readable(call.operation);
    if (unread === 'block' && ((inRequests && !readableHere.request) || (inAnswers && !readableHere.answer))) {
      throw new GatewayError('content-blocked', {
        message: `A guard stands on this route, and it cannot look into ${call.operation}.`,
      });
    }
    if (inRequests) await guardRequest(ctx, asked, host, unread);
    if (inAnswers && call.operation === 'chat') {
      const noted = new Noted(ctx, told, host);
      const answer = new AnswerGuard(told, reasoning, (rule) => noted.add(rule));
      if (changesAnswers) call.rewrite((delta) => answer.pass(delta));
      else call.watch((delta) => void answer.pass(delta));
      void call.done.then(() => noted.tell());
    }
    return next();
  };
});

async function guardRequest(ctx: CallContext, rules: Rules, host: Host, unread: Settings['unread']): Promise<void> {
  const noted = new Noted(ctx, rules, host);
  let seen = false;
  try {
    await ctx.call.edit((body) => {
      seen = true;
      return passedBody(body, rules, (rule) => noted.add(rule));
    });
  } finally {
    noted.tell();
  }
  if (seen || unread === 'pass' || (await ctx.call.facts()).bytes === 0) return;
  throw new GatewayError('content-blocked', {
    message: 'A guard stands on this route, and it can only look into requests in JSON.',
  });
}

/** Counts what was found in one text, and tells it in one line for each rule: the name, never the text. */
class Noted {
  readonly #ctx: CallContext;
  readonly #rules: Rules;
  readonly #host: Host;
  readonly #matches = new Map<Rule, number>();

  constructor(ctx: CallContext, rules: Rules, host: Host) {
    this.#ctx = ctx;
    this.#rules = rules;
    this.#host = host;
  }

  add(rule: Rule): void {
    this.#matches.set(rule, (this.#matches.get(rule) ?? 0) + 1);
  }

  tell(): void {
    const { direction } = this.#rules;
    const { id, route, key } = this.#ctx.call;
    for (const [{ name: rule, action }, matches] of this.#matches) {
      this.#host.metrics.count('matches', { rule, direction, action }, matches);
      this.#host.log.info('a rule matched', { id, rule, direction, action, matches, route, key: key?.name });
    }
  }
}

function hasAny({ redact, block, log }: Rules): boolean {
  return redact.length + block.length + log.length > 0;
}

function mustDiffer(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`two rules are named "${twice}"`);
}
