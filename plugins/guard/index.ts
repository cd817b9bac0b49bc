// Looks for what must not leave: addresses, numbers, keys, whatever a pattern can say. Takes it out, refuses it, or only
// counts it, in requests and in answers, however a stream is cut.
import {
  type Call,
  type CallContext,
  type Explainer,
  GatewayError,
  type Host,
  type PluginHandler,
  plugin,
} from 'portico';
import { AnswerGuard } from './answer/answer-guard.ts';
import { readable } from './readable.ts';
import { passedBody } from './request/passed-body.ts';
import { compileRule, type Rule, type Settings } from './rules/rule.ts';
import { type Rules, rulesFor } from './text/passage.ts';

function guard(settings: Settings, host: Host): PluginHandler {
  const { rules: written, window, reasoning, unread } = settings;
  mustDiffer(written.map(({ name }) => name));
  const rules = written.map(compileRule);
  const asked = rulesFor('request', rules, window);
  const told = rulesFor('response', rules, window);
  const inRequests = hasAny(asked);
  const inAnswers = hasAny(told);
  const changesAnswers = told.redact.length > 0 || told.block.length > 0;

  return async function guard(ctx, next) {
    const { call } = ctx;
    if (unread === 'block') mustBeReadable(call, inRequests, inAnswers);
    if (inRequests) await guardRequest(ctx, asked, host, settings);
    if (inAnswers && call.operation === 'chat') {
      const noted = new Noted(ctx, told, host);
      const answer = new AnswerGuard(told, reasoning, (rule) => noted.add(rule));
      if (changesAnswers) call.rewrite((delta) => answer.pass(delta));
      else call.watch((delta) => void answer.pass(delta));
      void call.done.then(() => noted.tell());
    }
    return next();
  };
}

function explain(settings: Settings, host: Host): Explainer {
  const { rules: written, window, unread } = settings;
  const rules = written.map(compileRule);
  const asked = rulesFor('request', rules, window);
  const told = rulesFor('response', rules, window);
  return async function guard(ctx, tell) {
    if (unread === 'block') mustBeReadable(ctx.call, hasAny(asked), hasAny(told));
    const matched = hasAny(asked) ? await guardRequest(ctx, asked, host, settings) : [];
    const changes = matched.some(({ action }) => action === 'redact');
    const names = matched.map(({ name }) => name).join(', ');
    tell({ verdict: changes ? 'changes' : 'passes', text: names === '' ? 'nothing found in it' : `found ${names}` });
    if (hasAny(told)) tell({ verdict: 'passes', text: 'the answer would be looked into as well' });
  };
}

export default plugin<Settings>(guard, { explain });

function mustBeReadable({ operation }: Call, inRequests: boolean, inAnswers: boolean): void {
  const { request, answer } = readable(operation);
  if ((!inRequests || request) && (!inAnswers || answer)) return;
  throw new GatewayError('content-blocked', {
    message: `A guard stands on this route, and it cannot look into ${operation}.`,
  });
}

/** Changes the body. The rules that matched. */
async function guardRequest(
  ctx: CallContext,
  rules: Rules,
  host: Host,
  { unread, maxText }: Settings,
): Promise<readonly Rule[]> {
  const noted = new Noted(ctx, rules, host);
  let seen = false;
  try {
    await ctx.call.edit((body) => {
      seen = true;
      return passedBody(body, rules, (rule) => noted.add(rule), maxText);
    });
  } finally {
    noted.tell();
  }
  if (seen || unread === 'pass' || (await ctx.call.facts()).bytes === 0) return noted.rules();
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

  rules(): readonly Rule[] {
    return [...this.#matches.keys()];
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
