/** What is told of the work on meetings as traces: how it hangs together, what is in it, and what never is. */
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CmsFault } from '../src/cms/fault.ts';
import type { Traffic } from '../src/cms/traffic.ts';
import { readTracing } from '../src/config-tracing.ts';
import type { GraphTraffic } from '../src/graph/traffic.ts';
import { Traces } from '../src/tracing.ts';
import { answersNotification, asStep, asWork, concerns, goesOnWith, workInHand } from '../src/work.ts';

let exporter: InMemorySpanExporter;
let traces: Traces;
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  traces = new Traces({
    ...{ version: '1.2.3', instance: 'i', exporter, log: { warn: () => {} } },
    discretion: { known: new Set(['board@example.com']) },
  });
});
afterEach(() => traces.close());

const bridge = (fields: Partial<Traffic> = {}): { bridge: Traffic } => ({
  bridge: {
    ...{ callBridge: 'https://cms1.example.com:445', method: 'POST', at: Date.now(), took: 12 },
    path: '/api/v1/calls/0e4c2f7a-0000-4000-8000-000000000001/callLegs',
    ...fields,
  },
});
const graph = (fields: Partial<GraphTraffic> = {}): { graph: GraphTraffic } => ({
  graph: {
    ...{ method: 'GET', path: '/users/tim@example.com/calendarView/delta', at: Date.now(), took: 1 },
    ...{ status: 200, call: { method: 'GET', path: '/' }, clientRequestId: 'c' },
    ...fields,
  },
});

/** Each span under the name of the one above it. */
async function told() {
  await traces.flush();
  const spans = exporter.getFinishedSpans();
  const nameOf = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans.map((span) => ({
    name: span.name,
    above: span.parentSpanContext && (nameOf.get(span.parentSpanContext.spanId) ?? 'elsewhere'),
    trace: span.spanContext().traceId,
    links: span.links.map(({ context }) => nameOf.get(context.spanId)),
    attributes: span.attributes,
    status: span.status,
    resource: span.resource.attributes,
  }));
}
type Told = Awaited<ReturnType<typeof told>>;
const tree = (all: Told) => all.map(({ name, above }) => `${above ?? ''} > ${name}`).sort();

const slot = { cluster: 'emea', number: '8001' };
/** @returns the mark of the reservation */
async function bookedBy(meetings: readonly string[]): Promise<string | undefined> {
  let rung: string | undefined;
  let id = '';
  await asWork(
    { of: 'notification', key: 'board@example.com' },
    async () => {
      rung = workInHand()?.trace?.mark();
      id = workInHand()?.id ?? '';
    },
    traces,
  );
  let mark: string | undefined;
  await asWork(
    { of: 'calendar', key: 'board@example.com' },
    async () => {
      answersNotification(id, Date.now(), rung);
      traces.hear(graph());
      for (const meeting of meetings) concerns(meeting, []);
      for (const _ of meetings) mark = workInHand()?.trace?.reserved(slot);
    },
    traces,
  );
  return mark;
}

it('from the notification to the last leg it is one tree, over processes and hours', async () => {
  const mark = await bookedBy(['m']);
  expect(mark).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  await asWork(
    { of: 'invitation', key: 'uid' },
    async () => {
      goesOnWith(mark);
      traces.hear(graph({ method: 'PATCH', path: '/users/tim@example.com/events/AAMk1' }));
    },
    traces,
  );
  await asWork(
    { of: 'conference', key: 'm' },
    async () => {
      goesOnWith(mark);
      await asStep('open', async () => {
        traces.hear(bridge({ method: 'PUT', path: '/api/v1/coSpaces/0e4c2f7a-0001' }));
        traces.hear(bridge({ made: 'leg-1' }));
      });
    },
    traces,
  );
  const all = await told();
  expect(tree(all)).toEqual([
    ' > notification',
    'calendar > GET /users/{id}/calendarView/delta',
    'calendar > reserve',
    'conference > open',
    'invitation > PATCH /users/{id}/events/{id}',
    'notification > calendar',
    'open > POST /api/v1/calls/{id}/callLegs',
    'open > PUT /api/v1/coSpaces/{id}',
    'reserve > conference',
    'reserve > invitation',
  ]);
  expect(new Set(all.map(({ trace }) => trace)).size).toBe(1);
  expect(all.find(({ name }) => name === 'reserve')?.attributes).toEqual({
    'roombridge.cluster': 'emea',
    'roombridge.number': '8001',
  });
  const leg = all.find(({ name }) => name.startsWith('POST'))?.attributes;
  expect(leg).toMatchObject({ 'server.address': 'cms1.example.com', 'roombridge.made': 'leg-1' });
  expect(all[0]?.resource).toMatchObject({ 'service.name': 'roombridge', 'service.version': '1.2.3' });
});

it('of many meetings that one reading concerns each has a trace of its own, with a link to the reading', async () => {
  await bookedBy(['a', 'b', 'c']);
  const all = await told();
  const reserved = all.filter(({ name }) => name === 'reserve');
  expect(reserved).toHaveLength(3);
  expect(new Set(all.map(({ trace }) => trace)).size).toBe(4);
  for (const { above, links } of reserved) expect([above, links]).toEqual([undefined, ['calendar']]);
});

it('nothing is told of work in which there is nothing to tell, nor of sweeps', async () => {
  await asWork({ of: 'conference', key: 'm' }, async () => goesOnWith(undefined), traces);
  await asWork({ of: 'bridge', key: 'emea' }, async () => traces.hear(bridge()), traces);
  traces.hear(bridge());
  expect(await told()).toEqual([]);
  // A slot that a sweep has found for somebody begins a trace.
  await asWork({ of: 'bridge', key: 'emea' }, async () => workInHand()?.trace?.reserved(slot), traces);
  expect(tree(await told())).toEqual([' > reserve']);
});

it('what failed is marked, by its kind and no word more', async () => {
  const fault = new CmsFault('Salaries 2027', { kind: 'unreachable', callBridge: 'https://cms1' });
  const failing = asWork(
    { of: 'conference', key: 'm' },
    async () => {
      traces.hear(bridge({ fault }));
      throw new Error('Salaries 2027');
    },
    traces,
  );
  await expect(failing).rejects.toThrow('Salaries 2027');
  const all = await told();
  expect(all.map(({ status }) => status.message)).toEqual(['unreachable', 'Error']);
  expect(JSON.stringify(all)).not.toContain('Salaries');
});

it('nothing that people wrote and no address of theirs is told, and rooms are', async () => {
  await bookedBy(['m']);
  await asWork({ of: 'calendar', key: 'tim@example.com' }, async () => traces.hear(graph()), traces);
  await asWork(
    { of: 'invitation', key: 'uid-of@example.com' },
    async () =>
      traces.hear(
        graph({
          ...{ path: '/users/tim%40example.com/messages', body: { subject: 'Salaries 2027' } },
          call: { method: 'POST', path: '/', body: { subject: 'Salaries 2027' } },
        }),
      ),
    traces,
  );
  const text = JSON.stringify(await told());
  expect(text).toContain('board@example.com');
  expect(text).not.toMatch(/tim|Salaries|uid-of/);
});

it('what was not sampled stays so, for whoever goes on with it', async () => {
  const mark = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
  await asWork(
    { of: 'conference', key: 'm' },
    async () => {
      goesOnWith(mark);
      traces.hear(bridge());
      expect(workInHand()?.trace?.mark()).toMatch(new RegExp(`^00-${'1'.repeat(32)}-[0-9a-f]{16}-00$`));
    },
    traces,
  );
  expect(await told()).toEqual([]);
});

it('a mark that is none begins anew', async () => {
  await asWork(
    { of: 'conference', key: 'm' },
    async () => {
      goesOnWith('nonsense');
      traces.hear(bridge());
    },
    traces,
  );
  expect((await told()).map(({ above }) => above)).toEqual(['conference', undefined]);
});

it('a place that never answers holds up nobody who wants to end', async () => {
  const deaf = { export: () => {}, shutdown: () => new Promise<void>(() => {}) };
  const held = new Traces({
    ...{ version: '1', instance: 'i', exporter: deaf, log: { warn: () => {} } },
    discretion: { known: new Set() },
  });
  await asWork({ of: 'conference', key: 'm' }, async () => held.hear(bridge()), held);
  await held.close();
});

describe('whether traces are wanted', () => {
  const endpoint = 'http://127.0.0.1:4318';
  it.each([
    ['nothing is said', {}, undefined],
    ['a place is named', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, {}],
    ['a place for traces is named', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }, {}],
    ['the usual place is meant', { OTEL_TRACES_EXPORTER: 'otlp' }, {}],
    ['a place is left empty', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, undefined],
    ['a place is named for other things', { ...of(endpoint), OTEL_TRACES_EXPORTER: 'none' }, undefined],
    ['all of it is switched off', { ...of(endpoint), OTEL_SDK_DISABLED: 'TRUE' }, undefined],
    ['it is not switched off', { ...of(endpoint), OTEL_SDK_DISABLED: 'false' }, {}],
    [
      'another protocol is meant',
      { ...of(endpoint), OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      { unspoken: 'grpc' },
    ],
  ])('%s', (_, env, wanted) => expect(readTracing(env)).toEqual(wanted));
});

function of(endpoint: string) {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
}
