/** Searches find what is shown, all of it and nothing else, whatever was written, lost or forgotten just before. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MeetingList } from '../src/administration-meetings.ts';
import { MeetingIndex } from '../src/administration-search.ts';
import type { Meeting } from '../src/conference/meeting.ts';
import { wordsOf } from '../src/conference/search/words.ts';
import { type MeetingView, viewOf } from '../src/conference/view.ts';
import type { MeetingQuery } from '../src/http/admin/meeting-query.ts';
import { mergeBookings, type RoomBooking } from '../src/meeting/booking.ts';
import { ChangeStore, changesKey } from '../src/redis/changes.ts';
import { MeetingStore } from '../src/redis/meetings.ts';
import { PlaceStore } from '../src/redis/places.ts';
import { placement, run } from './conference/a-meeting.ts';
import { booking, day, hour } from './meeting/a-room.ts';
import { startRedis, type TestRedis } from './redis/server.ts';
import { until } from './world/world.ts';

let server: TestRedis;
/** Of a process that writes, and of one that is asked. */
let writing: MeetingStore;
let places: PlaceStore;
let reading: MeetingStore;
let index: MeetingIndex;
const warnings: unknown[] = [];
const log = { info: () => {}, warn: (...said: unknown[]) => warnings.push(said) };
const names = new Map([['a@x', 'Ahorn Zürich']]);
const clusters = [{ name: 'emea', domain: 'meet.example.com' }];
const t0 = Math.floor(Date.now() / hour) * hour;

beforeAll(async () => {
  server = await startRedis();
  writing = new MeetingStore(server.redis);
  places = new PlaceStore(server.redis);
  const other = server.connect();
  reading = new MeetingStore(other);
  index = new MeetingIndex({
    meetings: reading,
    changes: new ChangeStore(other, server.connect()),
    names,
    log,
  });
});
afterAll(async () => {
  index.close();
  await server.close();
  expect(warnings).toEqual([]);
});
beforeEach(() => server.redis.flushall());

async function say(mailbox: string, key: string, says: RoomBooking | undefined): Promise<void> {
  const known = await writing.load(key);
  const rooms = new Map(known?.bookings);
  if (says === undefined) rooms.delete(mailbox);
  else rooms.set(mailbox, says);
  await writing.putBooking(mailbox, key, says, mergeBookings(rooms, known?.organizersTimes), []);
}

const listOf = (known: Pick<MeetingIndex, 'find'>, patience?: number) =>
  new MeetingList({
    ...{ clusters, names, meetings: reading, index: known },
    ...(patience === undefined ? {} : { patience }),
  });
const nobody = { find: async () => undefined };

async function indexed(): Promise<void> {
  const wish = { from: -1e15, to: 1e15 };
  await until(async () => await index.find(wish, 'asc', undefined, 1), 10_000);
}

async function all(list: MeetingList, query: MeetingQuery): Promise<MeetingView[]> {
  const found: MeetingView[] = [];
  for (let after: string | undefined; ; ) {
    const { meetings, next } = await list.page({ ...query, ...(after === undefined ? {} : { after }) });
    expect(meetings.length).toBeLessThanOrEqual(query.limit);
    found.push(...meetings);
    if (next === null) return found;
    after = next;
  }
}

type Asked = Omit<MeetingQuery, 'words'> & { readonly q?: string };

function queryOf({ q, ...asked }: Asked): MeetingQuery {
  return { ...asked, ...(q === undefined ? {} : { words: wordsOf(q) }) };
}

/** By a look at what is shown of each. */
function wanted(everything: readonly Meeting[], asked: Asked): MeetingView[] {
  const isSo = (view: MeetingView) => {
    const end = Math.max(Date.parse(view.end), Date.parse(view.extendedUntil ?? view.end));
    if (Date.parse(view.start) >= asked.to || end <= asked.from) return false;
    const words = [
      view.title,
      view.organizer,
      view.number,
      ...view.rooms,
      ...view.rooms.map((room) => names.get(room)),
    ].flatMap((text) => (text ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/\W+/));
    return (
      (asked.state ?? view.state) === view.state &&
      (asked.number ?? view.number) === view.number &&
      (asked.organizer ?? view.organizer) === view.organizer &&
      (asked.room === undefined || view.rooms.includes(asked.room)) &&
      (asked.q ?? '').split(' ').every((asks) => words.some((word) => word.startsWith(asks)))
    );
  };
  const step = asked.order === 'desc' ? -1 : 1;
  return everything
    .map((meeting) => viewOf(meeting, clusters))
    .filter(isSo)
    .sort(
      (a, b) =>
        step *
        (Date.parse(a.start) - Date.parse(b.start) || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
    );
}

const keys = ['k1', 'k2', 'k3', 'é', '𐐷'];
const instants = fc.integer({ min: -12, max: 12 }).map((n) => t0 + n * 12 * hour);
const says = fc
  .record({
    start: instants,
    length: fc.constantFrom(hour, hour, 30 * hour, 9 * day),
    title: fc.constantFrom('Budget', 'Geheim plan', 'Über uns', ''),
    organizer: fc.constantFrom(
      { name: 'Tim', address: 'tim@y' },
      { name: 'Ann', address: 'ann@y' },
      { name: 'A', address: 'a@x' },
    ),
    isPrivate: fc.constantFrom(false, false, true),
    hides: fc.constantFrom(undefined, undefined, 'title' as const, 'organizer' as const),
    timesSince: fc.nat(5),
  })
  .map(({ length, hides, ...said }) => ({
    ...said,
    end: said.start + length,
    ...(hides === undefined ? {} : { hides }),
  }));
const given = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const asked = fc
  .record({
    from: instants,
    length: fc.constantFrom(hour, day, 20 * day),
    limit: fc.integer({ min: 1, max: 4 }),
    order: given(fc.constant('desc' as const)),
    state: given(fc.constantFrom('planned', 'open', 'closed', 'cancelled', 'unplaced')),
    q: given(fc.constantFrom('b', 'geheim', 'uber', 'meet', 'tim y', 'zurich', '80', 'a', 'x b', 'zebra')),
    room: given(fc.constantFrom('a@x', 'b@x')),
    organizer: given(fc.constantFrom('tim@y', 'ann@y')),
    number: given(fc.constantFrom('8000', '8001')),
  })
  .map(({ length, ...rest }) => {
    const query = { ...rest, to: rest.from + length };
    return Object.fromEntries(
      Object.entries(query).filter(([, value]) => value !== undefined),
    ) as unknown as Asked;
  });

const key = fc.constantFrom(...keys);
type Step = () => Promise<unknown>;
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(key, fc.constantFrom('a@x', 'b@x'), fc.option(says, { nil: undefined, freq: 5 })).map(
      ([of, room, said]) =>
        () =>
          say(room, of, said && booking({ key: of, uid: of, ...said })),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(key, fc.constantFrom('Budget', 'Geheim'), fc.boolean()).map(
      ([of, subject, isPrivate]) =>
        () =>
          writing.putOrganizerCopy(of, { subject, isPrivate }),
    ),
  },
  { weight: 2, arbitrary: key.map((of) => () => writing.putOrganizerCopy(of, 'unreadable')) },
  {
    weight: 2,
    arbitrary: fc.tuple(key, fc.constantFrom('8000', '8001', undefined)).map(
      ([of, number]) =>
        () =>
          writing.putPlacement(
            of,
            number === undefined ? undefined : { ...placement, number },
            number === undefined ? 'full' : undefined,
            [],
          ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(key, fc.constantFrom('8000', '8001')).map(([of, number]) => async () => {
      const meeting = await writing.load(of);
      const to = { ...placement, number };
      if (meeting !== undefined) await places.move(meeting, { to, left: [], dropsRun: true }, []);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(key, fc.boolean()).map(([of, isOver]) => async () => {
      const end = (await writing.load(of))?.last.end ?? t0;
      const over = { closedAt: end, closeReason: 'ended' as const, uncleared: [] };
      const extension = { of: end, until: end + 3 * hour, times: 1 };
      await writing.adoptRun(of, { ...run, end, extension, ...(isOver && over) }, []);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(key, instants).map(([of, start]) => async () => {
      await writing.putOrganizersTimes(of, { start, end: start + hour, at: 9 });
      // Whoever has learned it writes anew what it means.
      for (const [room, said] of (await writing.load(of))?.bookings ?? []) await say(room, of, said);
    }),
  },
  { weight: 1, arbitrary: instants.map((before) => () => writing.forget(before)) },
  { weight: 1, arbitrary: fc.constant(() => server.redis.del(changesKey)) },
  { weight: 1, arbitrary: fc.constant(() => server.redis.xtrim(changesKey, 'MAXLEN', 1)) },
  { weight: 1, arbitrary: fc.constant(() => indexed()) },
);

describe('a search', () => {
  it('finds what a look at everything finds, with an index, with half of one, and without', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.constantFrom(true, true, true, false), fc.array(steps, { maxLength: 8 }), asked),
          { minLength: 2, maxLength: 6 },
        ),
        async (rounds) => {
          await server.redis.flushall();
          // Places in the changes are told apart by the millisecond, and no Redis is emptied and written anew within one.
          await new Promise((resolve) => setTimeout(resolve, 2));
          for (const [isReady, before, asks] of rounds) {
            // What comes now is then only known by the changes.
            if (isReady) await indexed();
            for (const step of before) await step();
            const right = wanted(await writing.loadMany(keys), asks);
            expect(await all(listOf(index), queryOf(asks))).toEqual(right);
            expect(await all(listOf(nobody), queryOf(asks))).toEqual(right);
          }
        },
      ),
      { numRuns: 80 },
    );
  }, 60_000);

  const week = { from: t0 - day, to: t0 + 7 * day, limit: 100 };
  const keysOf = async (known: Pick<MeetingIndex, 'find'>, found: Partial<Asked>) =>
    (await all(listOf(known), queryOf({ ...week, ...found }))).map((view) => view.key);
  const put = (of: string, start: number, more: Partial<RoomBooking> = {}) =>
    say('a@x', of, booking({ key: of, uid: of, start, end: start + hour, ...more }));

  it.each<[string, () => Promise<unknown>]>([
    ['it is private', () => put('k', t0, { title: 'Geheim', isPrivate: true })],
    ['a room hides titles and organizers', () => put('k', t0, { title: 'Geheim', hides: 'organizer' })],
    [
      "the organizer's own copy is private",
      async () => {
        await put('k', t0, { title: 'Geheim' });
        await writing.putOrganizerCopy('k', { subject: 'Geheim', isPrivate: true });
      },
    ],
  ])('tells no title and no organizer where %s', async (_, hide) => {
    await put('k', t0, { title: 'Geheim' });
    await writing.putOrganizerCopy('k', 'unreadable');
    await indexed();
    for (const known of [index, nobody]) {
      expect(await keysOf(known, { q: 'geheim tim' })).toEqual(['k']);
      expect(await keysOf(known, { organizer: 'TIM@example.com' })).toEqual(['k']);
    }
    await hide();
    for (const known of [index, nobody]) {
      expect(await keysOf(known, { q: 'geheim' })).toEqual([]);
      expect(await keysOf(known, { q: 'tim' })).toEqual([]);
      expect(await keysOf(known, { organizer: 'tim@example.com' })).toEqual([]);
      expect(await keysOf(known, { q: 'meeting zurich' })).toEqual(['k']);
    }
  });

  it('goes on behind the last one shown, whatever has become of that one and the others', async () => {
    for (let n = 0; n < 12; n += 1) await put(`k${n}`, t0 + Math.floor(n / 3) * hour);
    await indexed();
    for (const known of [index, nobody]) {
      for (const order of ['asc', 'desc'] as const) {
        const query = { ...week, limit: 4, ...(order === 'desc' && { order }) };
        const first = await listOf(known).page(query);
        const shown = first.meetings.map((view) => view.key);
        const rest = ['k0', 'k1', 'k10', 'k11', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'k9'].filter(
          (of) => !shown.includes(of),
        );
        const last = shown.at(-1) ?? '';
        await say('a@x', last, undefined);
        await put(rest[0] ?? '', t0 + 5 * day);
        await put('new', t0 - 2 * hour);
        await writing.forget(t0 - 3 * hour);
        const more = await all(listOf(known), { ...query, after: first.next ?? '' });
        const found = more.map((view) => view.key);
        const unmoved = rest.slice(1);
        expect(found.filter((of) => unmoved.includes(of)).sort()).toEqual(unmoved.sort());
        expect(new Set(found).size).toBe(found.length);
        await put(last, t0);
        await server.redis.flushall();
        for (let n = 0; n < 12; n += 1) await put(`k${n}`, t0 + Math.floor(n / 3) * hour);
      }
    }
  });

  it('that would take too long is answered in part, with where to go on', async () => {
    for (let n = 0; n < 250; n += 1)
      await put(`k${n}`, t0 + n * 60_000, { title: n === 240 ? 'Rare' : 'Usual' });
    for (let n = 0; n < 250; n += 1) await writing.putOrganizerCopy(`k${n}`, 'unreadable');
    const list = listOf(nobody, 0);
    const query = queryOf({ ...week, q: 'rare' });
    expect(await list.page(query)).toEqual({ meetings: [], next: expect.any(String) });
    expect((await all(list, query)).map((view) => view.key)).toEqual(['k240']);
  });

  it('among more than are indexed looks through the records', async () => {
    const said: unknown[] = [];
    const small = new MeetingIndex({
      ...{ meetings: reading, changes: new ChangeStore(server.redis, server.redis), names, most: 2 },
      log: { info: () => {}, warn: (...words: unknown[]) => void said.push(words) },
    });
    for (const of of ['k1', 'k2', 'k3']) await put(of, t0);
    expect(await keysOf(small, {})).toEqual(['k1', 'k2', 'k3']);
    await until(async () => said[0], 5_000);
    expect(await keysOf(small, {})).toEqual(['k1', 'k2', 'k3']);
    expect(said).toEqual([[{ most: 2 }, 'meetings are too many to be indexed']]);
    small.close();
  });
});
