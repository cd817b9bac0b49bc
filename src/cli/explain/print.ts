// An explanation as a person reads it: one subject a block, in the order of a request's way, the verdict first.
import picocolors from 'picocolors';
import { printable } from '../../core/printable.ts';
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

/** Of a thousand accounts the first tell enough. */
const mostCandidates = 30;

/** `named`: the key that was asked about. */
export function printExplanation(told: Explanation, color: boolean, named?: string): string {
  const { bold, red, green, dim } = picocolors.createColors(color);
  const { verdict, upstream } = told;
  const paint = verdict.outcome === 'refused' ? red : green;
  const rows = [
    ...requestRows(told, named),
    ...block('plugins', pluginLines(told.plugins)),
    ...block('limits', told.limits.map(limitText)),
    ...block('model', told.model === undefined ? [] : treeLines(told.model, 0)),
    ...block('candidates', candidateLines(told, verdict)),
    ...block('left out', skippedLines(told)),
  ];
  const head = `${bold(paint(textLines(verdictText(verdict))))}\n\n`;
  return `${head}${formatTable(rows)}${upstream === undefined ? '' : `\n${upstreamText(upstream, dim)}`}`;
}

/** Line feeds stay: every other line is the gateway's own, and none of them is mistaken for one. */
function textLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** The subject stands before its first line only. */
function block(subject: string, lines: readonly string[]): Row[] {
  return lines.map((line, index) => [index === 0 ? subject : '', line]);
}

function verdictText(verdict: Verdict): string {
  if (verdict.outcome === 'sent') {
    const model = verdict.model === undefined ? '' : ` as ${verdict.model}`;
    return printable(`would be sent to ${verdict.provider}/${verdict.account}${model}`);
  }
  if (verdict.outcome === 'answered') return `would be answered by ${verdict.by}`;
  if (verdict.outcome === 'forwarded') return `would be forwarded to ${verdict.to}`;
  const { by, status, code, message, retryAfterMs } = verdict;
  const again = retryAfterMs === undefined ? '' : ` (again in ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s)`;
  return `would be refused by ${by}: ${status} ${code}${again}\n${message}`;
}

function requestRows({ match, key, request, revision }: Explanation, named: string | undefined): Row[] {
  const unasked = named === undefined ? 'none' : `none: nothing that was reached asks for ${named}`;
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
    ['key', key ?? unasked],
    ...asked,
  ];
}

function pluginLines(plugins: Explanation['plugins']): string[] {
  const width = Math.max(0, ...plugins.map(({ name }) => name.length));
  return plugins.map(({ name, state, findings }) => {
    const words = findings.length === 0 ? '' : `: ${findings.join('; ')}`;
    return `${name.padEnd(width)}  ${state}${words}`;
  });
}

function limitText({ subject, limit, kind, remaining, needed }: ExplainedLimit): string {
  return `${subject}  ${limit}: ${amountText(kind, remaining)} left, needs ${amountText(kind, needed)}`;
}

function amountText(kind: ExplainedLimit['kind'], amount: number): string {
  if (kind === 'cost') return `${Number((amount / 1e6).toFixed(6))} USD`;
  return Math.max(0, Math.floor(amount)).toLocaleString('en-US');
}

function treeLines(tree: ModelTree, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const asked = tree.asked === undefined ? '' : `${tree.asked} -> `;
  const as = tree.foundAs === undefined ? '' : ` (${tree.foundAs})`;
  if (tree.kind === 'accounts') return [`${indent}${asked}${tree.name}${as} -> ${tree.upstreams.join(', ')}`];
  const head = `${indent}${asked}${tree.name}${as}: ${tree.strategy}`;
  return [head, ...tree.members.flatMap((member) => treeLines(member, depth + 1))];
}

function candidateLines({ candidates }: Explanation, verdict: Verdict): string[] {
  const chosen = (each: ExplainedCandidate) =>
    verdict.outcome === 'sent' &&
    each.provider === verdict.provider &&
    each.account === verdict.account &&
    each.model === verdict.model;
  const lines = candidates.map((each, index) => {
    if (index >= mostCandidates && !chosen(each)) return [];
    const model = each.model === undefined ? '' : ` ${each.model}`;
    const lane = each.translated === undefined ? '' : `, in ${each.translated}`;
    const effort = each.thinking === undefined ? '' : `, thinking ${each.thinking}`;
    const mark = chosen(each) && each.skipped === undefined ? '>' : ' ';
    const why = each.skipped === undefined ? '' : `: passed over, ${each.skipped}`;
    const words = `${each.because}${lane}${effort}`;
    const line = `${mark} ${index + 1}. ${each.provider}/${each.account}${model} (${words})${why}`;
    return [line, ...each.limits.map((limit) => `     ${limitText(limit)}`)];
  });
  const hidden = lines.filter((each) => each.length === 0).length;
  return hidden === 0 ? lines.flat() : [...lines.flat(), `  and ${hidden} more: --json has them all`];
}

function skippedLines({ skipped, skippedMore }: Explanation): string[] {
  const lines = skipped.map(({ provider, account, reason, when }) => {
    const condition = when === undefined ? '' : `: ${when}`;
    return `${account === undefined ? provider : `${provider}/${account}`}: ${reason}${condition}`;
  });
  return skippedMore > 0 ? [...lines, `and ${skippedMore} more`] : lines;
}

function upstreamText(upstream: ExplainedUpstream, dim: (text: string) => string): string {
  const { method, url, headers, body, dropped, notes } = upstream;
  const lines = [
    ...(method === '' ? [] : [printable(`${method} ${url}`)]),
    ...Object.entries(headers).map(([name, value]) => dim(printable(`${name}: ${value}`))),
    ...dropped.map((name) => printable(`not told: ${name}`)),
    ...notes.map(printable),
    ...(body === undefined ? [] : ['', textLines(typeof body === 'string' ? body : JSON.stringify(body, null, 2))]),
  ];
  return `${lines.join('\n')}\n`;
}
