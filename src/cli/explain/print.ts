// An explanation as a person reads it: one subject a block, in the order of a request's way, the verdict first.
import picocolors from 'picocolors';
import type {
  ExplainedCandidate,
  ExplainedLimit,
  ExplainedUpstream,
  Explanation,
  ModelTree,
  Verdict,
} from '../../gateway/explain/explanation.ts';
import { formatTable } from '../table.ts';

type Row = readonly string[];

export function printExplanation(told: Explanation, color: boolean): string {
  const { bold, red, green, dim } = picocolors.createColors(color);
  const { verdict, upstream } = told;
  const paint = verdict.outcome === 'refused' ? red : green;
  const rows = [
    ...requestRows(told),
    ...block(
      'plugins',
      told.plugins.flatMap(({ name, state, findings }) => pluginRows(name, state, findings)),
    ),
    ...block(
      'limits',
      told.limits.map((limit) => [limitText(limit)]),
    ),
    ...block('model', told.model === undefined ? [] : treeRows(told.model, 0)),
    ...block('candidates', candidateRows(told, verdict)),
    ...block('left out', skippedRows(told)),
  ];
  const head = `${bold(paint(verdictText(verdict)))}\n\n`;
  return `${head}${formatTable(rows)}${upstream === undefined ? '' : `\n${upstreamText(upstream, dim)}`}`;
}

/** The subject stands before its first line only. */
function block(subject: string, rows: readonly Row[]): Row[] {
  return rows.map((row, index) => [index === 0 ? subject : '', row.join('  ')]);
}

function verdictText(verdict: Verdict): string {
  if (verdict.outcome === 'sent') {
    const model = verdict.model === undefined ? '' : ` as ${verdict.model}`;
    return `would be sent to ${verdict.provider}/${verdict.account}${model}`;
  }
  if (verdict.outcome === 'answered') return `would be answered by ${verdict.by}`;
  if (verdict.outcome === 'forwarded') return `would be forwarded to ${verdict.to}`;
  const { by, status, code, message, retryAfterMs } = verdict;
  const again = retryAfterMs === undefined ? '' : ` (again in ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s)`;
  return `would be refused by ${by}: ${status} ${code}${again}\n${message}`;
}

function requestRows({ match, key, request, revision }: Explanation): Row[] {
  const stream = request?.stream === true ? ', as a stream' : '';
  const asked =
    request === undefined ? [] : [['asks for', `${request.model ?? 'no model'}${stream}, ${request.bytes} bytes`]];
  return [
    ['revision', revision],
    ...(match === undefined
      ? []
      : [
          ['route', `${match.route}, at listener ${match.listener}`],
          ['speaks', `${match.dialect}: ${match.operation}`],
        ]),
    ['key', key ?? 'none'],
    ...asked,
  ];
}

function pluginRows(name: string, state: string, findings: readonly string[]): Row[] {
  const words = findings.length === 0 ? '' : `: ${findings.join('; ')}`;
  return [[`${name}  ${state}${words}`]];
}

function limitText({ subject, limit, kind, remaining, needed }: ExplainedLimit): string {
  return `${subject}  ${limit}: ${amountText(kind, remaining)} left, needs ${amountText(kind, needed)}`;
}

function amountText(kind: ExplainedLimit['kind'], amount: number): string {
  if (kind === 'cost') return `${Number((amount / 1e6).toFixed(6))} USD`;
  return Math.max(0, Math.floor(amount)).toLocaleString('en-US');
}

function treeRows(tree: ModelTree, depth: number): Row[] {
  const indent = '  '.repeat(depth);
  const asked = tree.asked === undefined ? '' : `${tree.asked} -> `;
  const as = tree.foundAs === undefined ? '' : ` (${tree.foundAs})`;
  if (tree.kind === 'accounts') return [[`${indent}${asked}${tree.name}${as} -> ${tree.upstreams.join(', ')}`]];
  const head = `${indent}${asked}${tree.name}${as}: ${tree.strategy}`;
  return [[head], ...tree.members.flatMap((member) => treeRows(member, depth + 1))];
}

function candidateRows({ candidates }: Explanation, verdict: Verdict): Row[] {
  const chosen = (each: ExplainedCandidate) =>
    verdict.outcome === 'sent' && each.provider === verdict.provider && each.account === verdict.account;
  return candidates.flatMap((each, index) => {
    const model = each.model === undefined ? '' : ` ${each.model}`;
    const lane = each.translated === undefined ? '' : `, translated to ${each.translated}`;
    const mark = chosen(each) && each.skipped === undefined ? '>' : ' ';
    const why = each.skipped === undefined ? '' : `: passed over, ${each.skipped}`;
    const line = `${mark} ${index + 1}. ${each.provider}/${each.account}${model} (${each.because}${lane})${why}`;
    return [[line], ...each.limits.map((limit) => [`     ${limitText(limit)}`])];
  });
}

function skippedRows({ skipped, skippedMore }: Explanation): Row[] {
  const rows = skipped.map(({ provider, account, reason }) => [
    `${account === undefined ? provider : `${provider}/${account}`}: ${reason}`,
  ]);
  return skippedMore > 0 ? [...rows, [`and ${skippedMore} more`]] : rows;
}

function upstreamText(upstream: ExplainedUpstream, dim: (text: string) => string): string {
  const { method, url, headers, body, dropped, notes } = upstream;
  const lines = [
    ...(method === '' ? [] : [`${method} ${url}`]),
    ...Object.entries(headers).map(([name, value]) => dim(`${name}: ${value}`)),
    ...dropped.map((name) => `not told: ${name}`),
    ...notes,
    ...(body === undefined ? [] : ['', typeof body === 'string' ? body : JSON.stringify(body, null, 2)]),
  ];
  return `${lines.join('\n')}\n`;
}
