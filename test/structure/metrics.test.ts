// docs/metrics.md lists every metric, and none that is gone; the dashboard and the alert rules ask only for what is there.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { PluginMetrics } from '../../src/control/metrics/plugin-counts.ts';
import { Metrics } from '../../src/control/metrics.ts';
import { list, read } from './tree.ts';

interface Known {
  readonly type: string;
  readonly labels: readonly string[];
}

const { registry } = new Metrics({
  version: '1',
  threads: () => [],
  providers: () => [],
  store: () => undefined,
  limits: async () => [],
  accounts: () => [],
  credentials: () => [],
  accountEvictions: () => 3,
  evictions: () => 0,
  failingOutputs: () => 0,
});
new PluginMetrics(registry);

const known = new Map<string, Known>();
for (const metric of registry.getMetricsAsArray()) {
  const { name, type, labelNames } = metric as unknown as { name: string; type: string; labelNames: string[] };
  known.set(name, { type, labels: labelNames });
}

/** Rows of every table whose first column is a metric, split into cells. */
const rows = read('docs/metrics.md')
  .split('\n')
  .filter((line) => line.startsWith('| `portico_'))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const quoted = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
const ofPlugins = rows.filter((cells) => cells.length === 5);

test('docs/metrics.md lists every metric with its type and labels', () => {
  const documented = rows
    .filter((cells) => cells.length === 6)
    .map(([, name, type, labels]) => `${quoted(name)[0]} ${type} ${quoted(labels).sort().join(' ')}`);
  const real = [...known]
    .filter(([name]) => name.startsWith('portico_'))
    .map(([name, { type, labels }]) => `${name} ${type} ${[...labels].sort().join(' ')}`);
  assert.deepEqual(documented.sort(), real.sort());
});

test('the names follow the conventions of Prometheus', () => {
  for (const [name, { type }] of known) {
    if (!name.startsWith('portico_')) continue;
    assert.equal(name.endsWith('_total'), type === 'counter', name);
    assert.match(name, /^[a-z0-9_]+$/);
    assert.doesNotMatch(name, /_(ms|milliseconds|minutes|percent|kb|mb|micros)(_|$)/, name);
  }
});

test('what plugins are said to count they do count', () => {
  assert.ok(ofPlugins.length > 0);
  for (const [, cell] of ofPlugins) {
    const name = quoted(cell)[0] ?? '';
    const code = list('plugins/*/*.ts').filter((file) => {
      const prefix = `portico_plugin_${file.split('/')[1]?.replaceAll('-', '_')}_`;
      return name.startsWith(prefix) && read(file).includes(`'${name.slice(prefix.length).replace(/_total$/, '')}'`);
    });
    assert.equal(code.length, 1, name);
  }
});

/** Every metric that an expression may name. */
const asked = new Map(known);
for (const [, name, labels] of ofPlugins) asked.set(quoted(name)[0] ?? '', { type: 'counter', labels: quoted(labels) });

/** Labels that an expression may use besides those of its metrics: Prometheus adds them. */
const added = new Set(['le', 'instance', 'job']);

function metricOf(name: string): Known | undefined {
  const found = asked.get(name);
  if (found !== undefined) return found.type === 'histogram' ? undefined : found;
  const base = asked.get(name.replace(/_(bucket|sum|count)$/, ''));
  return base?.type === 'histogram' ? base : undefined;
}

/** What an expression asks for that is not there. */
function problemsOf(expression: string): string[] {
  const bare = expression.replace(/"[^"]*"/g, '""');
  const names = [...bare.matchAll(/\b(?:portico|nodejs|process)_\w+/g)].map((match) => match[0]);
  const problems = names.filter((name) => metricOf(name) === undefined).map((name) => `no metric ${name}`);
  const all = new Set(names.flatMap((name) => metricOf(name)?.labels ?? []));
  for (const [, name = '', selector = ''] of bare.matchAll(/\b(\w+)\{([^}]*)\}/g)) {
    const own = new Set(metricOf(name)?.labels);
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*[=!]~?/g)) {
      if (!own.has(label) && !added.has(label)) problems.push(`${name} has no label ${label}`);
    }
  }
  for (const [, group = ''] of bare.matchAll(/\b(?:by|without|on|ignoring|group_left)\s*\(([^)]*)\)/g)) {
    const labels = group.split(',').map((label) => label.trim());
    problems.push(
      ...labels.filter((label) => !all.has(label) && !added.has(label)).map((label) => `no label ${label}`),
    );
  }
  if (names.length === 0) problems.push('no metric at all');
  return problems.map((problem) => `${problem} in ${expression}`);
}

test('a mistake in an expression is found', () => {
  for (const expression of [
    'rate(portico_request_total[5m])',
    'rate(portico_requests_total{path="/"}[5m])',
    'sum by (model) (rate(portico_requests_total[5m]))',
    'portico_first_byte_seconds',
    'up',
  ]) {
    assert.notDeepEqual(problemsOf(expression), [], expression);
  }
  assert.deepEqual(problemsOf('sum by (le, route) (rate(portico_first_byte_seconds_bucket{stream="true"}[5m]))'), []);
});

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
}

describe('deploy/grafana/portico.json', () => {
  const dashboard: { panels: Panel[]; templating: { list: { query: unknown }[] } } = JSON.parse(
    read('deploy/grafana/portico.json'),
  );
  const charts = dashboard.panels.filter(({ type }) => type !== 'row');

  test('asks only for metrics and labels that are there', () => {
    assert.ok(charts.length >= 12);
    const expressions = charts.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    assert.deepEqual(expressions.flatMap(problemsOf), []);
    const queries = dashboard.templating.list.map(({ query }) => JSON.stringify(query)).join('\n');
    for (const [, metric = '', label = ''] of queries.matchAll(/label_values\((\w+), *(\w+)\)/g)) {
      assert.ok(metricOf(metric)?.labels.includes(label), `${metric} ${label}`);
    }
  });

  test('names its lines after labels that the expression keeps', () => {
    for (const { title, targets = [] } of charts) {
      assert.ok(targets.length > 0, title);
      for (const { expr, legendFormat = '' } of targets) {
        const kept = [...expr.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap((match) => (match[1] ?? '').split(/, */));
        const own =
          kept.length > 0 ? kept : [...asked].flatMap(([name, { labels }]) => (expr.includes(name) ? labels : []));
        for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
          assert.ok(own.includes(label), `${title}: ${label}`);
      }
    }
  });

  test('has no panel on top of another', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.ok(x < 24 && !taken.has(`${x} ${y}`), title);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});

test('deploy/prometheus/alerts.yml asks only for metrics and labels that are there', () => {
  const { groups }: { groups: { rules: { alert: string; expr: string; labels: object; annotations: object }[] }[] } =
    parse(read('deploy/prometheus/alerts.yml'));
  const rules = groups.flatMap((group) => group.rules);
  assert.ok(rules.length >= 6);
  assert.deepEqual(
    rules.flatMap(({ expr }) => problemsOf(expr)),
    [],
  );
  for (const { alert, labels, annotations } of rules) {
    assert.ok('severity' in labels && 'summary' in annotations && 'description' in annotations, alert);
  }
});
