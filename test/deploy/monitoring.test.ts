/** What watches the product is true of it: the table of metrics, the alerts, the dashboard. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ticketKinds } from '../../src/cluster/ticket-codes.ts';
import { createMetrics, type Metrics } from '../../src/http/metrics.ts';
import { showCallBridges, showQueues, showTickets } from '../../src/http/shared-gauges.ts';
import { queueNames } from '../../src/queues.ts';
import { asked, dashboard, folder, rules, textOf } from './monitoring.ts';
import { askedIn, type Exposed, exposedIn, mistakesIn, withoutVariables } from './promql.ts';

const guide = textOf('README.md');

let metrics: Metrics;
let exposed: Exposed;
beforeAll(async () => {
  metrics = createMetrics();
  showTickets(metrics, []);
  const idle = { waiting: 0, active: 0, delayed: 0, failed: 0, late: 0 };
  showQueues(
    metrics,
    queueNames.map((queue) => ({ queue, ...idle })),
  );
  const one = { cluster: 'emea', address: 'https://cms1', state: undefined, drained: false };
  showCallBridges(metrics, [{ ...one, callLegs: 1, facts: undefined }]);
  exposed = exposedIn(await metrics.registry.metrics());
});

interface Described {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}
const described = () => metrics.registry.getMetricsAsArray() as unknown as Described[];

/** Of a series that Prometheus has; undefined where there is none. */
function labelsOf(series: string): readonly string[] | undefined {
  for (const { name, type, labelNames } of described()) {
    if (type !== 'histogram' && name === series) return labelNames;
    if (type === 'histogram' && `${name}_bucket` === series) return [...labelNames, 'le'];
    if (type === 'histogram' && [`${name}_sum`, `${name}_count`].includes(series)) return labelNames;
  }
  return undefined;
}

describe('the table of metrics', () => {
  const rows = guide.split('\n').flatMap((line) => {
    const [, name, type, labels = ''] = /^\| `([a-z_0-9]+)` \| (\w+) \| ([^|]*) \|/.exec(line) ?? [];
    return name === undefined || type === undefined ? [] : [{ name, type, labels }];
  });

  it('has each metric that there is, and no other', () => {
    expect(rows.length).toBeGreaterThan(50);
    const names = described().map(({ name }) => name);
    expect(rows.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  it('tells of each its type and its labels, and how many values they have', () => {
    for (const { name, type, labels } of rows) {
      const own = described().find((one) => one.name === name);
      expect(type, name).toBe(own?.type);
      const named = [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label);
      expect(named.sort(), name).toEqual([...(own?.labelNames ?? [])].sort());
      if (named.length > 0) expect(labels, name).toMatch(/\((\d+|some \d+|yours[^)]*|one for each [^)]*)\)/);
    }
  });

  it('counts closed vocabularies right', () => {
    for (const { name, labels } of rows) {
      for (const [, label = '', count] of labels.matchAll(/`(\w+)` \((\d+)\)/g)) {
        const values = new Set((exposed.get(name) ?? []).flatMap((series) => series[label] ?? []));
        if (values.size > 1) expect(values.size, `${name} ${label}`).toBe(Number(count));
      }
    }
  });

  it('has names as Prometheus wants them', () => {
    const own = described().filter(({ name }) => name.startsWith('roombridge_'));
    expect(own.length).toBeGreaterThan(30);
    for (const { name, type, labelNames } of own) {
      expect(name).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|percent|kb|mb)(_|$)/);
      for (const label of labelNames) expect(label).toMatch(/^[a-z_]+$/);
    }
  });
});

describe('alerts', () => {
  it('ask for what there is', () => {
    expect(rules.length).toBeGreaterThan(25);
    for (const { alert, expr } of rules) expect(mistakesIn(expr, exposed, labelsOf), alert).toEqual([]);
  });

  it('have a severity, a summary, and a part of the guide that says what to do', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    const parts = [...guide.matchAll(/^### (\w+)\n\n(.+)$/gm)];
    expect(parts.map(([, name]) => name)).toEqual(expect.arrayContaining(rules.map(({ alert }) => alert)));
    expect(parts).toHaveLength(rules.length);
    for (const { alert, labels, annotations, ...rule } of rules) {
      expect(labels.severity, alert).toMatch(/^(critical|warning)$/);
      expect(annotations.summary, alert).not.toBe('');
      expect(annotations.runbook).toBe(`deploy/monitoring/README.md#${alert.toLowerCase()}`);
      if (rule.for !== undefined) expect(rule.for, alert).toMatch(/^\d+[smh]$/);
    }
  });

  it('call nobody twice for one ticket, and somebody for each that is critical', () => {
    const codes = rules.flatMap(({ expr }) =>
      askedIn(expr).selectors.flatMap(({ metric, matchers }) =>
        metric === 'roombridge_tickets' ? matchers.filter(({ label }) => label === 'code') : [],
      ),
    );
    const alone = codes.filter(({ operator }) => operator === '=').map(({ value }) => value);
    const left = codes.filter(({ operator }) => operator === '!~').flatMap(({ value }) => value.split('|'));
    // Those of call bridges and certificates have alerts by their own metrics.
    const byMetrics = [
      'no-call-bridge',
      'call-bridge-down',
      'certificate-expiring',
      'own-certificate-expiring',
    ];
    expect(left.sort()).toEqual([...alone, ...byMetrics].sort());
    for (const code of left) expect(Object.keys(ticketKinds)).toContain(code);
  });

  it('are played, each, that they come and that they do not', () => {
    const { tests } = parse(textOf('alerts.test.yml')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
    };
    const played = tests.flatMap((one) => one.alert_rule_test);
    const coming = played.filter(({ exp_alerts: expected = [] }) => expected.length > 0);
    const staying = played.filter(({ exp_alerts: expected = [] }) => expected.length === 0);
    const names = rules.map(({ alert }) => alert).sort();
    expect([...new Set(coming.map(({ alertname }) => alertname))].sort()).toEqual(names);
    expect([...new Set(staying.map(({ alertname }) => alertname))].sort()).toEqual(names);
    // Prometheus' own tool is no small thing to install, so that it plays them only where it is there.
    const tool = (process.env.PATH ?? '')
      .split(delimiter)
      .map((path) => join(path, 'promtool'))
      .find((path) => existsSync(path));
    if (tool === undefined) return;
    const run = (...args: string[]) => execFileSync(tool, args, { cwd: folder, encoding: 'utf8' });
    expect(run('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
    expect(run('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });
});

describe('the dashboard', () => {
  it('asks for what there is', () => {
    expect(asked.length).toBeGreaterThan(40);
    for (const { title, expr } of asked)
      expect(mistakesIn(withoutVariables(expr), exposed, labelsOf), title).toEqual([]);
  });

  it('keeps to the job and the data source that were chosen', () => {
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job']);
    for (const { title, expr } of asked)
      for (const { metric, matchers } of askedIn(withoutVariables(expr)).selectors)
        expect(
          matchers.map(({ label }) => label),
          `${title}: ${metric}`,
        ).toContain('job');
    expect(textOf('dashboards/roombridge.json')).not.toMatch(/"uid": "(?!\$\{datasource\}|roombridge")/);
  });

  it('shows everything of ours that moves, in the rows of the guide', () => {
    const shown = new Set(
      asked.flatMap(({ expr }) => askedIn(withoutVariables(expr)).selectors.map(({ metric }) => metric)),
    );
    const missing = described()
      .filter(({ name }) => name.startsWith('roombridge_'))
      .filter(({ name }) => ![name, `${name}_bucket`, `${name}_count`].some((one) => shown.has(one)));
    expect(missing.map(({ name }) => name)).toEqual([]);
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows[0]).toBe('Will 09:00 work?');
  });
});
