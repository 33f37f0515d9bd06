/** Of a booking every step can be looked at, from the notification to the last leg: what was asked, and what was answered. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { noted } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import {
  clientSecret,
  type MeetingJson,
  organizer,
  type Product,
  until,
  type World,
} from '../world/world.ts';

interface ExchangeJson {
  id: string;
  work: string;
  step?: string;
  system: string;
  isIncoming?: true;
  method: string;
  path: string;
  sent?: Record<string, string | null>;
  answer?: Record<string, string | null>;
  status?: number;
  fault?: string;
  requestId?: string;
  clientRequestId?: string;
}
type Page = { exchanges: ExchangeJson[]; next: string | null };

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const mostPatience = 60_000;
const subject = 'Salaries 2027';
const pathOf = (key: string) => `/api/meetings/${encodeURIComponent(key)}/exchanges`;

/** What belongs to the work in which the timeline says this for the first time. */
async function workOf(world: World, product: Product, meeting: MeetingJson, what: string) {
  const [entry] = noted(meeting, what);
  expect(entry?.work, what).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}$/);
  const path = `${pathOf(meeting.key)}?limit=300&work=${entry?.work}`;
  // What was said a moment ago is written beside the work.
  return await until(async () => {
    const { exchanges } = await world.api<Page>(product, path);
    return exchanges.length > 0 ? exchanges : undefined;
  }, mostPatience);
}

const told = ({ method, path, sent }: ExchangeJson) => `${method} ${path} ${JSON.stringify(sent ?? {})}`;

test(
  'one booking, from its notification to the last leg of its conference',
  () =>
    inWorld({ redisUrl: redis.url, conference: { extension: { times: 0 } } }, async (world, product) => {
      const start = inSeconds(5);
      const { iCalUId: key } = world.graph.outlook.book({
        ...{ organizer, rooms: ['boardroom@example.com'], subject, start },
        end: new Date(start.getTime() + 4_000),
      });
      const open = await world.meetingThat(
        product,
        key,
        (one) => noted(one, 'dialled').length > 0,
        mostPatience,
      );
      const closed = await world.meetingThat(product, key, ({ state }) => state === 'closed', mostPatience);
      const { number, passcode } = open;
      const space = world.cms.space(number ?? '')?.id;

      const booked = await workOf(world, product, closed, 'booked');
      expect(booked[0]).toMatchObject({ isIncoming: true, method: 'POST', path: '/graph/notifications' });
      expect(booked[0]?.sent).toEqual({ mailbox: 'boardroom@example.com' });
      const entry = booked.find(({ path }) => path.endsWith('/calendarView/delta'));
      expect(entry).toMatchObject({ system: 'graph', status: 200, requestId: expect.any(String) });
      expect(entry?.path).toBe('/users/boardroom@example.com/calendarView/delta');
      expect(Object.values(entry?.answer ?? {})).toContain(key);
      expect((await workOf(world, product, closed, 'reserved'))[0]?.work).toBe(booked[0]?.work);

      const written = await workOf(world, product, closed, 'invitation-written');
      const body = written.find(({ method }) => method === 'PATCH');
      expect(body).toMatchObject({ status: 200, sent: { 'body.content': null } });
      expect(body?.path).toMatch(/^\/users\/…\/events\//);
      for (const { system, work, clientRequestId } of [...booked, ...written]) {
        if (system !== 'graph' || clientRequestId === undefined) continue;
        expect(clientRequestId.startsWith(`${work}-`)).toBe(true);
        expect(world.graph.log.map((asked) => asked.clientRequestId)).toContain(clientRequestId);
      }

      const opened = await workOf(world, product, closed, 'opened');
      expect(opened.map(told)).toContainEqual(
        expect.stringMatching(`^PUT /api/v1/coSpaces/${space} .*"nonMemberAccess":"true"`),
      );
      expect(opened.find(({ method }) => method === 'PUT')?.sent).toMatchObject({
        passcode: null,
        name: null,
      });
      const called = opened.find(({ method, path }) => method === 'POST' && path.endsWith('/calls'));
      expect(called).toMatchObject({ step: 'open', status: 200, answer: { id: expect.any(String) } });

      const dialled = await workOf(world, product, closed, 'dialled');
      expect(dialled.find(({ path }) => path.endsWith('/callLegs'))?.sent).toMatchObject({
        remoteParty: 'boardroom@video.example.com',
      });
      const ended = await workOf(world, product, closed, 'closed');
      expect(ended.map(told)).toContainEqual(
        expect.stringMatching(`^DELETE /api/v1/calls/${called?.answer?.id} `),
      );

      const { exchanges: all } = await world.api<Page>(product, `${pathOf(key)}?limit=300`);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      const pages: ExchangeJson[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const query: string = after === '' ? '' : `&after=${after}`;
        const page: Page = await world.api<Page>(product, `${pathOf(key)}?limit=7${query}`);
        pages.push(...page.exchanges);
        after = page.next;
      }
      expect(pages.slice(0, all.length)).toEqual(all);

      const works = new Set(product.output().match(/"work":"[0-9a-f-]{13}"/g));
      expect(works).toContain(`"work":"${opened[0]?.work}"`);

      // All that is kept, as it is kept: each value by itself, for digits of a PIN may stand in longer ones by chance.
      const lists = await redis.redis.keys('*:exchanges:*');
      const lines = (await Promise.all(lists.map((list) => redis.redis.lrange(list, 0, -1)))).flat();
      expect(lines.length).toBeGreaterThan(10);
      for (const line of lines) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(1_000);
        expect(line).not.toMatch(/Salaries|Kratzke|Bearer|eyJ/);
        for (const secret of [clientSecret, organizer, 'cms1-pw', 'cms2-pw'])
          expect(line).not.toContain(secret);
        expect(line).not.toMatch(new RegExp(`(?<![0-9a-f-])${passcode}(?![0-9a-f-])`));
      }
    }),
  240_000,
);
