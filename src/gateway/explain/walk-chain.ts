// Asks each plugin of the chain, in order, what it would do.
import { type CallContext, type CandidateFinding, type Finding, GatewayError } from '../../core/index.ts';
import { explainedLimit } from './explained-limit.ts';
import type { ExplainedLimit, ExplainedPlugin } from './explanation.ts';
import type { Step } from './steps.ts';

export interface Walked {
  readonly plugins: readonly ExplainedPlugin[];
  readonly limits: readonly ExplainedLimit[];
  /** What whoever chooses said; undefined where nobody did. */
  readonly candidates: readonly CandidateFinding[] | undefined;
  /** Whoever ends the matter. */
  readonly end: { readonly by: string; readonly refusal: GatewayError | undefined } | undefined;
}

export async function walkChain(ctx: CallContext, steps: readonly Step[]): Promise<Walked> {
  const plugins: ExplainedPlugin[] = [];
  const limits: ExplainedLimit[] = [];
  let candidates: readonly CandidateFinding[] | undefined;
  let end: Walked['end'];
  for (const step of steps) {
    const { name } = step;
    const look = step.look(ctx.call.key?.name);
    if (look === 'off' || end !== undefined || look.explainer === undefined) {
      plugins.push({ name, state: stateOf(look, end !== undefined), findings: [] });
      continue;
    }
    const findings: Finding[] = [];
    const refusal = await refusalOf(() => look.explainer?.(ctx, (finding) => findings.push(finding)), findings);
    for (const finding of findings) {
      limits.push(...(finding.limits ?? []).map(({ claim, reading }) => explainedLimit(claim, reading)));
      candidates = finding.candidates ?? candidates;
    }
    plugins.push({ name, state: gravest(findings), findings: findings.map(({ text }) => text) });
    if (refusal !== undefined || findings.some(({ verdict }) => verdict === 'answers')) end = { by: name, refusal };
  }
  return { plugins, limits, candidates, end };
}

function stateOf(look: 'off' | object, over: boolean): ExplainedPlugin['state'] {
  if (look === 'off') return 'off';
  return over ? 'not reached' : 'not told';
}

/** What it throws is told like what it says. */
async function refusalOf(explain: () => void | Promise<void>, findings: Finding[]): Promise<GatewayError | undefined> {
  try {
    await explain();
  } catch (thrown) {
    const error = thrown instanceof GatewayError ? thrown : new GatewayError('internal', { cause: thrown });
    findings.push({ verdict: 'refuses', text: error.message, code: error.code });
    return error;
  }
  const refused = findings.find(({ verdict }) => verdict === 'refuses');
  return refused && new GatewayError(refused.code ?? 'internal', { message: refused.text });
}

const order: readonly Finding['verdict'][] = ['refuses', 'answers', 'changes'];

function gravest(findings: readonly Finding[]): Finding['verdict'] {
  return order.find((one) => findings.some(({ verdict }) => verdict === one)) ?? 'passes';
}
