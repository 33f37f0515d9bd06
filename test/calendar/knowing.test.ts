/** How changes come to our knowledge, and what an audit finds and repairs: issue 3 §3. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DifferenceKind } from '../../src/meeting/audit.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { Virtual } from '../virtual/virtual.ts';
import {
  ann,
  aTenant,
  at,
  board,
  booked,
  counted,
  daily,
  day,
  huddle,
  keyOf,
  meeting,
  minute,
} from './a-tenant.ts';

let redis: TestRedis;
let virtual: Virtual;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  virtual = await aTenant(redis);
});
afterEach(() => virtual.stop());

const changes = (way: string) => counted(virtual, 'roombridge_changes_total', { way });
const rounds = (mailbox: string) =>
  virtual.graph.log.filter((entry) => entry.mailbox === mailbox && /calendarView\/delta/i.test(entry.path));

describe('a change', () => {
  it('that is notified counts as pushed, one that is not as swept; each with the time it took', async () => {
    const event = virtual.outlook.book(meeting());
    await virtual.settle();
    expect([await changes('push'), await changes('sweep')]).toEqual([1, 0]);
    expect(await virtual.roomStore.status(board)).toMatchObject({ lastPush: expect.any(Number) });
    virtual.graph.knobs.dropNotifications = true;
    await virtual.advance(minute);
    virtual.outlook.update(event, { subject: 'New' });
    await virtual.sweepRound();
    expect([await changes('push'), await changes('sweep')]).toEqual([1, 1]);
    const status = await virtual.roomStore.status(board);
    expect(status.lastSwept).toBeGreaterThan(status.lastPush ?? 0);
    const text = await virtual.metrics.registry.getSingleMetricAsString('roombridge_change_seconds');
    expect(text).toMatch(/_count\{way="push"\} 1/);
    expect(text).toMatch(/_count\{way="sweep"\} 1/);
  });

  it('of our own rings no bell, and is no change when the sweep finds it', async () => {
    virtual.outlook.book(meeting());
    await virtual.settle();
    expect(await counted(virtual, 'roombridge_door_total', { outcome: 'own-echo' })).toBeGreaterThan(0);
    const before = rounds(board).length;
    const known = [await changes('push'), await changes('sweep')];
    await virtual.sweepRound();
    expect(rounds(board).length).toBeGreaterThan(before);
    expect([await changes('push'), await changes('sweep')]).toEqual(known);
  });

  it('of another hand in the same seconds is found by the sweep at the latest', async () => {
    const event = virtual.outlook.book(meeting());
    await virtual.settle();
    virtual.outlook.update(event, { start: at(1, 14), end: at(1, 15) });
    await virtual.sweepRound();
    expect((await booked(virtual)).get(event.iCalUId)?.booked?.start).toBe(at(1, 14).getTime());
  });

  it('that takes our number out of the text in those seconds is seen, and it is put back', async () => {
    const event = virtual.outlook.book(meeting());
    await virtual.settle();
    const body = { contentType: 'html' as const, content: '<p>All mine</p>' };
    virtual.outlook.update(event, { body });
    await virtual.sweepRound();
    expect(virtual.outlook.event(ann, event)?.body.content).toContain('80991000');
  });

  it('costs what it changes: a round asks once, and a lifecycle event makes nobody read everything', async () => {
    virtual.outlook.book(meeting({ recurrence: daily() }));
    await virtual.sweepRound();
    const before = rounds(board).length;
    virtual.graph.sendLifecycle(board, 'missed');
    await virtual.settle();
    const since = rounds(board).slice(before);
    expect(since.length).toBe(1);
    expect(since[0]?.path).toMatch(/deltatoken/i);
  });
});

describe('a link to changes that leads elsewhere', () => {
  it('is not followed, but the calendar read anew', async () => {
    const [key = ''] = await redis.redis.keys(`*:room:${board}:sync`);
    const link = (await redis.redis.hget(key, 'deltaLink')) ?? '';
    await redis.redis.hset(key, 'deltaLink', link.replace(new URL(link).host, 'elsewhere.example'));
    virtual.outlook.book(meeting());
    await virtual.settle();
    expect(await booked(virtual)).toHaveProperty('size', 1);
    expect((await virtual.roomStore.status(board)).error).toBeUndefined();
    expect(await redis.redis.hget(key, 'deltaLink')).toContain(new URL(virtual.graph.url).host);
  });
});

describe('a room', () => {
  const status = () => virtual.roomStore.status(board);

  it.each<[what: string, away: () => void, back: () => void]>([
    [
      'is renamed',
      () => virtual.graph.rename(board, 'salon@example.com'),
      () => virtual.graph.rename('salon@example.com', board),
    ],
    ['is deleted', () => virtual.graph.deleteMailbox(board), () => virtual.graph.restoreMailbox(board)],
    ['loses its licence', () => virtual.graph.unlicense(board), () => virtual.graph.license(board)],
  ])('that %s keeps what is booked, says so, and goes on when it is back', async (_, away, back) => {
    const event = virtual.outlook.book(meeting());
    await virtual.settle();
    const { placement } = (await booked(virtual)).get(event.iCalUId) ?? {};
    away();
    await virtual.advance(61 * minute);
    expect((await status()).error).toMatch(/renamed, deleted or without a licence/);
    expect((await booked(virtual)).get(event.iCalUId)?.placement).toEqual(placement);
    back();
    virtual.outlook.update(event, { start: at(1, 14), end: at(1, 15) });
    await virtual.advance(3 * minute);
    await virtual.sweepRound();
    expect((await status()).error).toBeUndefined();
    expect((await booked(virtual)).get(event.iCalUId)?.booked?.start).toBe(at(1, 14).getTime());
  });
});

it('what an organizer did while a room was away is seen when it is back, though nothing in the room tells of it', async () => {
  const event = virtual.outlook.book(meeting());
  await virtual.settle();
  const body = () => virtual.outlook.event(ann, event)?.body.content;
  expect(body()).toContain('80991000');
  virtual.graph.unlicense(board);
  await virtual.advance(61 * minute);
  virtual.outlook.update(event, { body: { contentType: 'html', content: '<p>New agenda</p>' } });
  await virtual.advance(minute);
  expect(body()).not.toContain('80991000');
  virtual.graph.license(board);
  await virtual.advance(3 * minute);
  expect(body()).toMatch(/New agenda.*80991000/);
  // Once is enough: a look for each sweep would cost what sweeps are cheap for.
  const asked = virtual.graph.log.length;
  await virtual.sweepRound();
  expect(virtual.graph.log.slice(asked).filter(({ mailbox }) => mailbox === ann)).toEqual([]);
});

describe('an audit', () => {
  let uid: string;
  beforeEach(async () => {
    uid = virtual.outlook.book(meeting({ recurrence: daily(5), rooms: [board, huddle] })).iCalUId;
    await virtual.sweepRound();
  });
  const nth = (n: number) => keyOf(uid, at(1 + n, 9));

  async function audited(): Promise<DifferenceKind[]> {
    for (const mailbox of [board, '*'])
      await virtual.roomStore.putStatus(mailbox, { auditAsked: virtual.now() });
    virtual.queues.ring(
      'calendar',
      [board, '*'].map((key) => ({ key, at: virtual.now() })),
    );
    await virtual.settle();
    const reports = await Promise.all([board, '*'].map((mailbox) => virtual.roomStore.audit(mailbox)));
    expect(await virtual.roomStore.status(board)).not.toHaveProperty('auditAsked');
    return reports.flatMap((report) => report?.examples ?? []).map(({ kind }) => kind);
  }

  it('of what is told true finds nothing, nor does the next night', async () => {
    expect(await audited()).toEqual([]);
    await virtual.advance(day);
    expect(await counted(virtual, 'roombridge_audit_differences_total')).toBe(0);
  });

  it('finds what a delta has left out, and repairs it', async () => {
    const { calendars } = virtual.roomStore;
    const before = await calendars.all(board);
    const root = [...before.values()].find((held) => held.root?.event?.iCalUId === uid)?.root;
    if (root === undefined) throw new Error('the series is held');
    const [first, second, ...rest] = root.occurrences;
    if (first === undefined || second === undefined) throw new Error('it has days');
    const broken = {
      ...root,
      occurrences: [
        ['ghost', first[1] - 3_600_000, first[2] - 3_600_000] as const,
        [second[0], second[1], second[2] + 1] as const,
        ...rest,
      ],
    };
    const sync = await calendars.sync(board);
    const bookings = [...before.values()][0]?.bookings ?? new Map();
    await calendars.put(board, before, new Map([[root.id, { root: broken, bookings }]]), sync);
    expect((await audited()).sort()).toEqual(['ghost', 'missed', 'other-times']);
    expect(await counted(virtual, 'roombridge_audit_differences_total', { kind: 'missed' })).toBe(1);
    expect(await audited()).toEqual([]);
    expect([...(await booked(virtual)).keys()].sort()).toEqual([0, 1, 2, 3, 4].map(nth));
  });

  it.each<[what: string, spoil: () => Promise<unknown>, kinds: DifferenceKind[]]>([
    [
      'a meeting that was lost',
      () => virtual.redis.del(`roombridge:meeting:${nth(1)}`),
      ['meeting-missing', 'slot-left'],
    ],
    [
      'a meeting that has other times than the room',
      async () => {
        const held = (await virtual.meetingStore.load(nth(1)))?.bookings.get(board);
        const other = JSON.stringify({ ...held, end: (held?.end ?? 0) + 1 });
        await virtual.redis.hset(`roombridge:meeting:${nth(1)}`, `room:${board}`, other);
      },
      ['meeting-differs'],
    ],
    [
      'a number that nothing reserves',
      () => virtual.worker?.slots.release('main', [nth(2)]) ?? Promise.resolve(),
      ['unheld-slot'],
    ],
    [
      'a meeting without a number, and without a word of it',
      () => virtual.redis.hdel(`roombridge:meeting:${nth(2)}`, 'placement'),
      ['no-slot-unsaid'],
    ],
    [
      'a reservation of nobody',
      () =>
        virtual.worker?.slots.reserve(
          { name: 'main', numbers: { base: 80991000, quantity: 5 } },
          [{ key: 'nobody', from: at(2, 9).getTime(), to: at(2, 10).getTime() }],
          { mode: 'lowest' },
        ) ?? Promise.resolve(),
      ['slot-left'],
    ],
  ])('finds %s, and repairs it', async (_, spoil, kinds) => {
    const before = await booked(virtual);
    await spoil();
    const found = await audited();
    expect([...new Set(found)]).toEqual(expect.arrayContaining(kinds.slice(0, 1)));
    expect(await audited()).toEqual([]);
    const numbers = (held: typeof before) =>
      [...held.values()].map(({ key, placement }) => [key, placement?.number]);
    expect(numbers(await booked(virtual))).toEqual(numbers(before));
  });
});
