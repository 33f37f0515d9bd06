/** Who watches from outside sees a booking: its trace from the notification to the last leg, and what dashboards ask for. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asked, rules } from '../deploy/monitoring.ts';
import { exposedIn, labelsIn, mistakesIn, withoutVariables } from '../deploy/promql.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { atRest } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { organizer, until, World } from '../world/world.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { key: string; value: { stringValue?: string } }[];
  /** Of the process. */
  instance: string;
}
type Attributes = Span['attributes'];

const attributeOf = (attributes: Attributes, key: string) =>
  attributes.find((one) => one.key === key)?.value.stringValue ?? '';

/** From the top to each. */
function waysOf(spans: readonly Span[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const wayTo = (span: Span | undefined): string[] =>
    span === undefined ? [] : [...wayTo(byId.get(span.parentSpanId ?? '')), span.name];
  return spans.map((span) => wayTo(span).join(' > '));
}

/** What an OpenTelemetry collector is for the product: it takes traces, and keeps them. */
async function startCollector() {
  const spans: Span[] = [];
  const paths = new Set<string>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => {
      text += piece;
    });
    request.on('end', () => {
      paths.add(`${request.method} ${request.url} ${request.headers['content-type']}`);
      for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans)
        for (const scope of scopeSpans)
          for (const span of scope.spans)
            spans.push({ ...span, instance: attributeOf(resource.attributes, 'service.instance.id') });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ spans, paths, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let redis: TestRedis;
let collector: Awaited<ReturnType<typeof startCollector>>;
beforeAll(async () => {
  redis = await startRedis();
  collector = await startCollector();
});
afterAll(async () => {
  await collector.close();
  await redis.close();
});

const patience = 60_000;
const subject = 'Salaries 2027';
const dialled = 'POST /api/v1/calls/{id}/callLegs';

test('one booking is one trace over two processes, and everything that is asked of /metrics is there', async () => {
  const world = await World.create({ redisUrl: redis.url, conference: { extension: { times: 0 } } });
  try {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
    const receiver = await world.start('receiver', 'receiver', { env });
    const worker = await world.start('worker', 'worker', { env });
    await atRest(world, worker);
    const start = inSeconds(5);
    const { iCalUId: key } = world.graph.outlook.book({
      ...{ organizer, rooms: ['boardroom@example.com'], subject, start },
      end: new Date(start.getTime() + 4_000),
    });
    const closed = await world.meetingThat(worker, key, ({ state }) => state === 'closed', patience);

    const booked = '^notification > calendar > reserve';
    const expected = [
      '^notification > calendar > GET /users/{id}/calendarView/delta$',
      `${booked} > invitation > PATCH /users/{id}/events/{id}$`,
      `${booked} > conference > open > PUT /api/v1/coSpaces/{id}$`,
      `${booked} > conference > open > POST /api/v1/calls$`,
      // On a machine that is slow it may be a step of its own.
      `${booked} > conference > (open|dial) > ${dialled}$`,
      // At its end it is closed at once, or looked at first.
      `${booked} > conference > (close|look) > DELETE /api/v1/calls/{id}$`,
    ].map((way) => new RegExp(way.replaceAll('{id}', '\\{id\\}')));
    const story = await until(
      async () => {
        const slot = collector.spans.find(
          ({ name, attributes }) =>
            name === 'reserve' && attributeOf(attributes, 'roombridge.number') === closed.number,
        );
        const all = collector.spans.filter(({ traceId }) => traceId === slot?.traceId);
        const paths = waysOf(all);
        // What something is a part of is told when it is over.
        const isWhole = paths.length > 0 && paths.every((way) => way.startsWith('notification'));
        const isAll = expected.every((way) => paths.some((path) => way.test(path)));
        return isWhole && isAll ? all : undefined;
      },
      patience,
      () => waysOf(collector.spans).join('\n'),
    );
    expect(story.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name)).toEqual([
      'notification',
    ]);
    const instanceOf = (name: string) => story.find((span) => span.name === name)?.instance;
    expect(instanceOf('notification')).not.toBe(instanceOf('calendar'));
    const leg = story.find(({ name }) => name === dialled);
    expect(attributeOf(leg?.attributes ?? [], 'roombridge.made')).not.toBe('');
    expect([...collector.paths]).toEqual(['POST /v1/traces application/json']);
    const told = JSON.stringify(collector.spans.map(({ name, attributes }) => [name, attributes]));
    for (const hidden of [subject, organizer]) expect(told).not.toContain(hidden);
    // Ids have digits too: as a word of its own.
    expect(closed.passcode).toMatch(/^\d{4,}$/);
    expect(told.split(/[^\w]+|_/)).not.toContain(closed.passcode);

    const texts = await Promise.all(
      [worker, receiver].map(async ({ admin }) => (await fetch(`${admin}/metrics`)).text()),
    );
    const exposed = exposedIn(texts.join('\n'));
    const labelsOf = labelsIn(exposed);
    for (const { expr } of [...asked, ...rules])
      expect(mistakesIn(withoutVariables(expr), exposed, labelsOf), expr).toEqual([]);
    for (const [name, least] of [
      ['roombridge_conference_start_lateness_seconds_count', 1],
      ['roombridge_workers', 1],
      ['roombridge_graph_signed_in', 1],
      ['roombridge_queue_lateness_seconds', 6],
      ['roombridge_call_bridge_state', 8],
      ['roombridge_cms_request_seconds_count', 1],
    ] as const)
      expect(exposed.get(name)?.length, name).toBeGreaterThanOrEqual(least);
    expect(texts[0]).toMatch(/^roombridge_notification_to_slot_seconds_count [1-9]/m);
    expect(texts[0]).toMatch(/^roombridge_conferences_closed_total\{reason="(ended|limit)"\} 1$/m);
  } finally {
    await world.destroy();
  }
});
