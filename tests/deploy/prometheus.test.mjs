// The alerts fire when they should, and they and the dashboard use metrics that the service has.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { deploy, read, readYaml, run, succeeds } from './tools.mjs';

const folder = path.join(deploy, 'prometheus');
const alertsOf = ([{ groups }]) => groups.flatMap(({ rules }) => rules);
const alerts = async () => alertsOf(await readYaml('deploy/prometheus/rules.yml'));

test('promtool accepts the rules and the example', async () => {
  await succeeds('promtool', ['check', 'rules', 'rules.yml'], { cwd: folder });
  await succeeds('promtool', ['check', 'config', 'prometheus.yml'], { cwd: folder });
});

test('each alert fires as its test says', async () => {
  await succeeds('promtool', ['test', 'rules', 'rules.test.yml'], { cwd: folder });
});

test('each alert has a test in which it fires, and one in which it does not', async () => {
  const [{ tests }] = await readYaml('deploy/prometheus/rules.test.yml');
  const cases = tests.flatMap((test) => test.alert_rule_test);
  const named = (fires) =>
    cases.filter(({ exp_alerts: found }) => found.length > 0 === fires).map(({ alertname }) => alertname);
  for (const { alert } of await alerts()) {
    assert.ok(named(true).includes(alert), `no test fires ${alert}`);
    assert.ok(named(false).includes(alert), `no test has ${alert} silent`);
  }
});

// A threshold that no test notices could be any number.
test('the tests of the alerts notice a rule that never fires', async () => {
  const copy = await mkdtemp(path.join(tmpdir(), 'vestibule-deploy-'));
  try {
    await cp(folder, copy, { recursive: true });
    const rules = await readFile(path.join(copy, 'rules.yml'), 'utf8');
    await writeFile(
      path.join(copy, 'rules.yml'),
      rules.replaceAll('eventsAltered', 'eventAltered').replaceAll('> 150', '> 15000'),
    );
    const { code, output } = await run('promtool', ['test', 'rules', 'rules.test.yml'], { cwd: copy });
    assert.equal(code, 1);
    assert.match(output, /VestibuleAuditChainBroken/);
    assert.match(output, /VestibulePasswordSpraying/);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

/** Heading as GitHub names its anchor. */
const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

test('each alert has a severity and leads to its part of the runbook', async () => {
  const headings = (await read('deploy/docs/incidents.md'))
    .split('\n')
    .filter((line) => line.startsWith('#'));
  const anchors = headings.map((line) => slug(line.replace(/^#+ /, '')));
  for (const { alert, labels, annotations } of await alerts()) {
    assert.ok(['page', 'ticket'].includes(labels.severity), alert);
    const [file, anchor] = annotations.runbook.split('#');
    assert.equal(file, 'deploy/docs/incidents.md', alert);
    assert.ok(anchors.includes(anchor), `${alert}: ${anchor}`);
  }
});

/** Metrics of the service: name → type and labels. */
async function metrics() {
  const rows = (await read('deploy/docs/metrics.md'))
    .split('\n')
    .filter((line) => line.startsWith('| `vestibule_'));
  return new Map(
    rows.map((row) => {
      const [, name, type, labels] = row.split('|').map((cell) => cell.trim());
      return [
        name.slice(1, -1),
        { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label) },
      ];
    }),
  );
}

/** Metrics of a PromQL expression with the labels that it selects. */
const used = (expression) =>
  [...expression.matchAll(/\b(vestibule_\w+)(\{[^}]*\})?/g)].map(([, name, selector]) => ({
    name,
    labels: [...(selector ?? '').matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label]) => label),
  }));

/** Labels that Prometheus adds to each series. */
const ADDED = ['instance', 'job'];

async function assertKnown(expressions) {
  const known = await metrics();
  let count = 0;
  for (const expression of expressions) {
    for (const { name, labels } of used(expression)) {
      const base = name.replace(/_(bucket|sum|count)$/, '');
      const metric = known.get(name) ?? (known.get(base)?.type === 'histogram' ? known.get(base) : undefined);
      assert.ok(metric, `${name} is not in deploy/docs/metrics.md: ${expression}`);
      const allowed = [...metric.labels, ...ADDED, ...(name.endsWith('_bucket') ? ['le'] : [])];
      for (const label of labels)
        assert.ok(allowed.includes(label), `${name} has no label ${label}: ${expression}`);
      count += 1;
    }
  }
  return count;
}

test('the rules use metrics and labels that exist', async () => {
  const rules = await alerts();
  assert.ok((await assertKnown(rules.map(({ expr }) => expr))) >= rules.length);
});

test('a metric or a label that does not exist is found', async () => {
  await assert.rejects(assertKnown(['rate(vestibule_logins[5m])']), /vestibule_logins is not/);
  await assert.rejects(assertKnown(['vestibule_logins_total{provider="a"}']), /no label provider/);
});

test('types of audit events and routes in the rules exist', async () => {
  const source = `${await read('deploy/docs/production.md')}${await read('src/router.rs')}${await read('src/router/administration.rs')}`;
  for (const { expr } of await alerts()) {
    for (const [, value] of expr.matchAll(/\b(?:type|route)="([^"]+)"/g)) {
      assert.ok(source.includes(`\`${value}\``) || source.includes(`"${value}"`), value);
    }
  }
});

async function dashboard() {
  const board = JSON.parse(await read('deploy/grafana/vestibule.json'));
  return { board, panels: board.panels.filter(({ type }) => type !== 'row') };
}

test('the dashboard uses metrics and labels that exist, and shows each of them', async () => {
  const { panels } = await dashboard();
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  await assertKnown(expressions);
  for (const name of (await metrics()).keys()) {
    assert.ok(
      expressions.some((expression) => expression.includes(name)),
      `no panel shows ${name}`,
    );
  }
});

/** Replaces the variables of Grafana. */
const withValues = (expr) =>
  expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h').replaceAll('$instance', '.*');

// promtool reads no dashboard, but a rule with the same expression.
test('each expression of the dashboard is valid', async () => {
  const { panels } = await dashboard();
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr: withValues(expr) }));
  const copy = await mkdtemp(path.join(tmpdir(), 'vestibule-deploy-'));
  try {
    await writeFile(path.join(copy, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    await succeeds('promtool', ['check', 'rules', 'panels.yml'], { cwd: copy });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

// A counter appears with its first event, and increase() of its first value is 0. One altered event, or one account under attack, would
// not be in the panel.
test('panels that count rare events count the first one of a process, and the later ones', async () => {
  const { panels } = await dashboard();
  const counting = panels
    .flatMap(({ targets }) => targets.map(({ expr }) => expr))
    .filter((expr) => expr.includes('increase('));
  assert.ok(counting.length >= 5);
  const tests = counting.map((expr) => {
    const metric = used(expr)[0];
    const labels = `${/type="\w+"/.exec(expr)?.[0] ?? 'type="x"'}, kind="password"`;
    const total = (eval_time, value) => ({
      expr: `sum(${withValues(expr)})`,
      eval_time,
      exp_samples: [{ labels: '{}', value }],
    });
    return {
      interval: '1m',
      input_series: [{ series: `${metric.name}{instance="a", ${labels}}`, values: '_x9 1x200' }],
      promql_expr_test: [total('11m', 1), total('200m', 0)],
    };
  });
  const copy = await mkdtemp(path.join(tmpdir(), 'vestibule-deploy-'));
  try {
    await writeFile(path.join(copy, 'panels.test.yml'), JSON.stringify({ tests }));
    await succeeds('promtool', ['test', 'rules', 'panels.test.yml'], { cwd: copy });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

test('panels have a title, a description and a place of their own', async () => {
  const { board, panels } = await dashboard();
  assert.equal(new Set(board.panels.map(({ id }) => id)).size, board.panels.length);
  assert.equal(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size, panels.length);
  for (const { title, description } of panels) assert.ok(title && description, title);
});
