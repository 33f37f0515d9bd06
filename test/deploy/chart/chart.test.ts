/** The chart: rendered as Helm would, held to the API of Kubernetes, and to what it promises. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config.ts';
import { chart, defaults, type Manifest, manifestsOf, mistakesIn, render } from './chart.ts';
import { faultsOf, isForeign } from './kubernetes.ts';
import { everything, production } from './values.ts';

const folder = mkdtempSync(join(tmpdir(), 'roombridge-chart-'));
afterAll(() => rmSync(folder, { recursive: true }));
const plain = manifestsOf(production);
const whole = manifestsOf(everything);

// biome-ignore lint/suspicious/noExplicitAny: manifests are looked into at many depths, and their shape is held elsewhere
const of = (manifests: Manifest[], kind: string, name = ''): any =>
  manifests.find((one) => one.kind === kind && one.metadata.name === `release-roombridge${name}`);
const kinds = (manifests: Manifest[]) =>
  manifests
    .map(({ kind, metadata }) => `${kind} ${metadata.name.replace('release-roombridge', '')}`.trim())
    .sort();

it('has the version of the program', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  expect([chart.version, chart.appVersion]).toEqual([version, version]);
});

it('makes what is needed, and the rest where it is asked for', () => {
  const needed = [
    ...['ConfigMap', 'Deployment -receiver', 'Deployment -worker', 'PodDisruptionBudget -receiver'],
    ...['PodDisruptionBudget -worker', 'Secret', 'Service', 'Service -admin', 'ServiceAccount'],
  ];
  const asked = [
    ...['HorizontalPodAutoscaler -receiver', 'HorizontalPodAutoscaler -worker', 'Ingress', 'Ingress -admin'],
    ...['NetworkPolicy', 'PrometheusRule', 'ServiceMonitor'],
  ];
  expect(kinds(plain)).toEqual(needed);
  expect(kinds(whole)).toEqual([...needed, ...asked].sort());
});

it('is what the API of Kubernetes takes, with nothing that it does not know', () => {
  // One with a mistake among them, so that it is known that mistakes are found.
  const budget = of(plain, 'PodDisruptionBudget', '-worker');
  const wrong = { ...budget, spec: { ...budget.spec, maxUnavailible: 1 } };
  const faults = faultsOf([...plain, wrong, ...whole]).match(/error TS.*/g);
  expect(faults).toEqual([expect.stringMatching(/"maxUnavailible"' does not exist in type/)]);
  expect(whole.filter(isForeign).map(({ kind }) => kind)).toEqual(['ServiceMonitor', 'PrometheusRule']);
});

describe('its values', () => {
  it('are sound as they are, and as an administrator gives them', () => {
    for (const values of [{}, production, everything]) expect(mistakesIn(values)).toEqual([]);
  });

  it.each([
    [{ worker: { replica: 3 } }, '/worker must NOT have additional properties replica'],
    [{ image: { tag: 'latest' } }, '/image/tag must match pattern "^(?!latest$)"'],
    [{ terminationGracePeriodSeconds: 5 }, '/terminationGracePeriodSeconds must be >= 20'],
    [{ config: { http: { admin: { port: 'http' } } } }, '/config/http/admin/port must be integer'],
    [
      { networkPolicy: { callBridges: { networks: ['cms1.example.com'] } } },
      /networks\/0 must match pattern/,
    ],
  ])('are refused: %o', (values, mistake) => {
    expect(mistakesIn(values)).toEqual([
      typeof mistake === 'string' ? mistake : expect.stringMatching(mistake),
    ]);
  });

  it.each([
    ['the networks of the call bridges', { networkPolicy: { ...everything.networkPolicy, callBridges: {} } }],
    ['where Redis is', { networkPolicy: { ...everything.networkPolicy, redis: {} } }],
    ['ingress.admin.host', { ingress: { admin: { enabled: true } } }],
    ['serviceMonitor.token.name', { serviceMonitor: { enabled: true } }],
    ['prometheusRule.alerts', { prometheusRule: { enabled: true } }],
  ])('lack %s, and that is said', (what, values) => {
    expect(() => render({ ...production, ...values })).toThrow(`${what}`);
  });
});

it('the configuration that it makes is sound with the secrets that it makes, which stand nowhere else', () => {
  const etc = join(folder, 'etc');
  mkdirSync(join(etc, 'secrets'), { recursive: true });
  for (const [key, value] of Object.entries<string>(of(plain, 'Secret').data))
    writeFileSync(join(etc, 'secrets', key), Buffer.from(value, 'base64'));
  writeFileSync(join(etc, 'roombridge.yaml'), of(plain, 'ConfigMap').data['roombridge.yaml']);
  const config = loadConfig(join(etc, 'roombridge.yaml'), {});
  expect(config.redis).toMatchObject({ url: 'redis://:redis-secret@redis.example.internal:6379' });
  expect(config.clusters[0]).toMatchObject({
    numbers: { base: 80991000 },
    callBridges: [{ password: 'cms-secret' }],
  });
  expect(config.signIn).toBeDefined();
  const others = JSON.stringify(plain.filter(({ kind }) => kind !== 'Secret'));
  for (const secret of Object.values(production.secrets)) expect(others).not.toContain(secret);
});

it('a Secret that is there already is taken, and none is made', () => {
  const manifests = manifestsOf({ ...production, secrets: {}, existingSecret: 'mine' });
  expect(kinds(manifests)).not.toContain('Secret');
  expect(JSON.stringify(of(manifests, 'Deployment', '-worker'))).toContain('"secretName":"mine"');
});

describe.each(['receiver', 'worker'])('a %s', (role) => {
  const { spec } = of(plain, 'Deployment', `-${role}`);
  const pod = spec.template.spec;
  const [container] = pod.containers;

  it('may do nothing that it need not: the restricted profile, and no writing but to its own data', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('has its probes at its own door, and the time to end', () => {
    const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
    expect(probes.map(({ httpGet }) => [httpGet.path, httpGet.port])).toEqual([
      ['/live', 'admin'],
      ['/ready', 'admin'],
      ['/live', 'admin'],
    ]);
    const pause = Number(container.lifecycle?.preStop.exec.command.at(-1) ?? 0);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(10 + pause);
    expect(container.args).toEqual(['start', '--role', role, '--config', '/etc/roombridge/roombridge.yaml']);
  });

  it('is found by what is meant to find it', () => {
    const { labels } = spec.template.metadata;
    const finding = [spec, of(plain, 'PodDisruptionBudget', `-${role}`).spec].map(
      ({ selector }) => selector.matchLabels,
    );
    for (const selector of [...finding, of(plain, 'Service', '-admin').spec.selector])
      expect(labels).toMatchObject(selector);
    const other = of(plain, 'Deployment', role === 'worker' ? '-receiver' : '-worker');
    expect(other.spec.template.metadata.labels).not.toMatchObject(spec.selector.matchLabels);
    const ports = container.ports.map(({ name }: { name: string }) => name);
    expect(ports).toEqual(role === 'receiver' ? ['admin', 'public'] : ['admin']);
  });

  it('is replaced only by one that is ready, and its number is left to an autoscaler where there is one', () => {
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    expect(spec.replicas).toBe(2);
    expect(of(whole, 'Deployment', `-${role}`).spec.replicas).toBeUndefined();
  });

  it('starts again with another configuration', () => {
    const mark = (manifests: Manifest[]) =>
      of(manifests, 'Deployment', `-${role}`).spec.template.metadata.annotations;
    const changed = { ...production, config: { ...production.config, log: { level: 'debug' } } };
    expect(mark(manifestsOf(changed))).not.toEqual(mark(plain));
    expect(mark(manifestsOf(production))).toEqual(mark(plain));
  });
});

it('workers are scaled by how late their queue is, and by their processor where that is not known', () => {
  const metrics = (name: string) => of(whole, 'HorizontalPodAutoscaler', name).spec.metrics;
  expect(metrics('-worker')).toEqual([
    {
      type: 'External',
      external: {
        metric: {
          name: 'roombridge_queue_lateness_seconds',
          selector: { matchLabels: { queue: 'conference' } },
        },
        target: { type: 'Value', value: '2' },
      },
    },
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 75 } } },
  ]);
  expect(metrics('-receiver').map(({ type }: { type: string }) => type)).toEqual(['Resource']);
});

it('nothing is reached but Graph, call bridges, Redis, DNS and what is added; and nobody but by the listeners', () => {
  const { ingress, egress } = of(whole, 'NetworkPolicy').spec;
  const ports = (rules: { ports: { port: unknown }[] }[]) =>
    rules.map((rule) => rule.ports.map(({ port }) => port));
  expect(ports(egress)).toEqual([[53, 53], [443], [443, 445], [6379], [3128]]);
  expect(ports(ingress)).toEqual([['public', 'admin'], ['public'], ['admin']]);
  const bridges = [{ ipBlock: { cidr: '10.20.0.0/24' } }, { ipBlock: { cidr: '10.21.0.0/24' } }];
  expect([ingress[1].from, egress[2].to]).toEqual([bridges, bridges]);
  // An empty list of peers would mean everybody.
  for (const rule of [...ingress, ...egress]) expect((rule.from ?? rule.to).length).toBeGreaterThan(0);
});

it('what Graph and call bridges call leads to the receivers, and everything to the pages', () => {
  const ways = (name: string) =>
    of(whole, 'Ingress', name).spec.rules[0].http.paths.map(
      ({ path, backend }: { path: string; backend: { service: { name: string; port: { name: string } } } }) =>
        `${path} ${backend.service.name} ${backend.service.port.name}`,
    );
  expect(ways('')).toEqual(['/graph release-roombridge public', '/cms/cdr release-roombridge public']);
  expect(ways('-admin')).toEqual(['/ release-roombridge-admin admin']);
});

it('Prometheus is told where the metrics are, with which token, and when somebody is to be called', () => {
  const { spec } = of(whole, 'ServiceMonitor');
  expect(of(whole, 'Service', '-admin').metadata.labels).toMatchObject(spec.selector.matchLabels);
  expect(of(whole, 'Service').metadata.labels).not.toMatchObject(spec.selector.matchLabels);
  expect(spec.endpoints[0]).toMatchObject({
    ...{ port: 'admin', path: '/metrics', scheme: 'http' },
    authorization: { credentials: { name: 'roombridge-token', key: 'token' } },
  });
  expect(of(whole, 'PrometheusRule').spec).toEqual(parse(everything.prometheusRule.alerts));
});

it('the admin listener is asked by https where it has a certificate', () => {
  const tls = { certificate: 'secrets/admin.pem', privateKey: 'secrets/admin.key' };
  const http = { admin: { ...production.config.http.admin, tls } };
  const manifests = manifestsOf({ ...everything, config: { ...production.config, http } });
  const [container] = of(manifests, 'Deployment', '-worker').spec.template.spec.containers;
  expect(container.readinessProbe.httpGet.scheme).toBe('HTTPS');
  expect(of(manifests, 'ServiceMonitor').spec.endpoints[0].scheme).toBe('https');
});

it('names are short enough whatever the release is called, and a release of our name is not said twice', () => {
  const names = manifestsOf(everything, 'a'.repeat(53)).map(({ metadata }) => metadata.name);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
  expect(
    new Set(manifestsOf(production, 'roombridge').map(({ metadata }) => metadata.name.split('-')[0])),
  ).toEqual(new Set(['roombridge']));
  expect(defaults.image).toMatchObject({ tag: '' });
});
