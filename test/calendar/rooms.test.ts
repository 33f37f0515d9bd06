/** Rooms as they are: how they answer, what they wipe, whom they hide, and which bookings get a conference: issue 3 §2. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { viewOf } from '../../src/conference/view.ts';
import { standardPolicies } from '../../src/config.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { Virtual } from '../virtual/virtual.ts';
import { ann, aTenant, at, board, booked, daily, huddle, keyOf, meeting, minute } from './a-tenant.ts';

let redis: TestRedis;
let virtual: Virtual;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
afterEach(() => virtual.stop());

const room = (mailbox = board) => {
  const found = virtual.graph.rooms.get(mailbox);
  if (found === undefined) throw new Error(`${mailbox} is a room`);
  return found;
};
const keys = async () => [...(await booked(virtual)).keys()].sort();
const shown = async (key: string) => {
  const held = await virtual.meetingStore.load(key);
  if (held === undefined) throw new Error(`${key} is held`);
  return viewOf(held, virtual.config.clusters);
};

it('a delegate may accept later, and decline after having accepted', async () => {
  virtual = await aTenant(redis);
  room().policy = 'delegate';
  const event = virtual.outlook.book(meeting());
  await virtual.advance(10 * minute);
  expect(await keys()).toEqual([]);
  virtual.outlook.acceptByRoom(board, event.iCalUId);
  await virtual.settle();
  expect(await keys()).toEqual([event.iCalUId]);
  virtual.outlook.declineByRoom(board, event.iCalUId);
  await virtual.settle();
  expect(await keys()).toEqual([]);
  expect((await virtual.meetingStore.load(event.iCalUId))?.placement).toBeUndefined();
});

it('a room that was forwarded the meeting, or is asked as a person is, books it like any other', async () => {
  virtual = await aTenant(redis);
  room(huddle).attendeeType = 'required';
  const event = virtual.outlook.book(meeting());
  virtual.outlook.forward(event, huddle);
  const other = virtual.outlook.book(meeting({ rooms: [huddle], start: at(2, 9), end: at(2, 10) }));
  await virtual.settle();
  const held = await booked(virtual);
  expect(held.get(event.iCalUId)?.booked?.rooms).toEqual([board, huddle]);
  expect(held.get(other.iCalUId)?.booked?.rooms).toEqual([huddle]);
});

it("an entry in the room's own calendar is a booking where it blocks the room, and a note where it does not", async () => {
  virtual = await aTenant(redis);
  const own = (days: number, showAs: 'busy' | 'free' | 'tentative' | 'workingElsewhere') =>
    virtual.outlook.book({
      ...{ organizer: board, rooms: [], subject: showAs, showAs },
      ...{ start: at(days, 9), end: at(days, 10) },
    });
  const busy = own(1, 'busy');
  own(2, 'free');
  own(3, 'tentative');
  own(4, 'workingElsewhere');
  await virtual.settle();
  expect(await keys()).toEqual([busy.iCalUId]);
  expect(await shown(busy.iCalUId)).toMatchObject({ title: 'busy', organizer: board });
});

it('a room that declines what was moved ahead from the past is not kept for it', async () => {
  virtual = await aTenant(redis);
  const event = virtual.outlook.book(meeting({ rooms: [board, huddle] }));
  await virtual.advance(at(1, 12).getTime() - virtual.now());
  room(huddle).policy = 'declineAll';
  virtual.outlook.update(event, { start: at(4, 9), end: at(4, 10) });
  await virtual.settle();
  expect((await booked(virtual)).get(event.iCalUId)?.booked?.rooms).toEqual([board]);
});

it('an accepted invitation counts whatever it is shown as', async () => {
  virtual = await aTenant(redis);
  const event = virtual.outlook.book(meeting({ showAs: 'free' }));
  await virtual.settle();
  expect(await keys()).toEqual([event.iCalUId]);
});

it('dates that the room declines alone are told by date, and leave the others standing', async () => {
  virtual = await aTenant(redis);
  const series = virtual.outlook.book(meeting({ recurrence: daily(4) }));
  await virtual.settle();
  virtual.outlook.updateOccurrence(series, at(2, 9), { subject: 'Elsewhere' });
  await virtual.settle();
  virtual.outlook.declineOccurrenceByRoom(board, series, at(2, 9));
  await virtual.settle();
  expect(await keys()).toEqual([1, 3, 4].map((n) => keyOf(series.iCalUId, at(n, 9))));
  const untaken = await virtual.roomStore.untakenDates(series.iCalUId);
  expect(
    untaken.map(({ mailbox, originalStart, isDeclined }) => [mailbox, originalStart, isDeclined]),
  ).toEqual([[board, at(2, 9).getTime(), true]]);
});

it('a room that wipes its copies has the title of the organizer, and a neutral one where that is private', async () => {
  virtual = await aTenant(redis);
  Object.assign(room(), {
    deleteSubject: true,
    addOrganizerToSubject: true,
    deleteComments: true,
    removePrivateProperty: true,
  });
  const plain = virtual.outlook.book(meeting());
  const hidden = virtual.outlook.book(
    meeting({ subject: 'Redundancies', sensitivity: 'private', start: at(2, 9), end: at(2, 10) }),
  );
  const external = virtual.outlook.book(
    meeting({ organizer: 'ext@elsewhere.example', start: at(3, 9), end: at(3, 10) }),
  );
  await virtual.settle();
  expect(await shown(plain.iCalUId)).toMatchObject({ title: 'Budget', organizer: ann });
  expect(await shown(hidden.iCalUId)).toMatchObject({ title: 'Meeting', organizer: null });
  expect((await shown(external.iCalUId)).title).toBe('Meeting');
  const everything = await Promise.all(
    (await virtual.redis.keys('*')).map(async (key) => {
      const type = await virtual.redis.type(key);
      return type === 'hash' ? JSON.stringify(await virtual.redis.hgetall(key)) : '';
    }),
  );
  expect(everything.join()).not.toContain('Redundancies');
});

it.each(['title', 'organizer'] as const)(
  'a room whose policy hides the %s hides it of all',
  async (privacy) => {
    virtual = await aTenant(redis, { rooms: [{ mailbox: board, privacy }, { mailbox: huddle }] });
    const both = virtual.outlook.book(meeting({ rooms: [board, huddle] }));
    const other = virtual.outlook.book(meeting({ rooms: [huddle], start: at(2, 9), end: at(2, 10) }));
    await virtual.settle();
    const organizer = privacy === 'organizer' ? null : ann;
    expect(await shown(both.iCalUId)).toMatchObject({ title: 'Meeting', organizer });
    expect(await shown(other.iCalUId)).toMatchObject({ title: 'Budget', organizer: ann });
  },
);

const asking = {
  rooms: [
    { mailbox: board, conference: 'whenAsked' as const },
    { mailbox: huddle, conference: 'never' as const },
  ],
  conference: { askedBy: { keywords: ['@meet'], categories: ['Video'] }, onlineMeetings: 'also' as const },
};
const text = (content: string) => ({ body: { contentType: 'html' as const, content } });

it('a room has conferences always, never, or when a word or a category asks', async () => {
  virtual = await aTenant(redis, asking);
  const days = (n: number) => ({ start: at(n, 9), end: at(n, 10) });
  const asked = [
    virtual.outlook.book(meeting({ ...days(1), subject: 'Budget @meet' })),
    virtual.outlook.book(meeting({ ...days(2), location: 'Salon, @MEET' })),
    virtual.outlook.book(meeting({ ...days(3), ...text('<p>with <b>@meet</b>, please</p>') })),
    virtual.outlook.book(meeting({ ...days(4), categories: ['video'] })),
  ];
  virtual.outlook.book(meeting(days(5)));
  virtual.outlook.book(meeting({ ...days(6), subject: 'Budget @meeting' }));
  virtual.outlook.book(meeting({ ...days(7), rooms: [huddle], subject: 'Budget @meet' }));
  await virtual.settle();
  expect(await keys()).toEqual(asked.map(({ iCalUId }) => iCalUId).sort());
  const [first] = asked;
  if (first === undefined) throw new Error('there is a first');
  virtual.outlook.update(first, { subject: 'Budget' });
  await virtual.settle();
  expect(await keys(), 'nothing asks any more').not.toContain(first.iCalUId);
});

it('one date of a series may ask for itself', async () => {
  virtual = await aTenant(redis, asking);
  const series = virtual.outlook.book(meeting({ recurrence: daily(3) }));
  await virtual.settle();
  virtual.outlook.updateOccurrence(series, at(2, 9), { subject: 'Budget @meet' });
  await virtual.settle();
  expect(await keys()).toEqual([keyOf(series.iCalUId, at(2, 9))]);
});

it("where the room wipes its copies the organizer's own asks, and is read once for each change", async () => {
  virtual = await aTenant(redis, asking);
  Object.assign(room(), { deleteSubject: true, addOrganizerToSubject: true, deleteComments: true });
  const event = virtual.outlook.book(meeting(text('<p>@meet</p>')));
  virtual.outlook.book(meeting({ start: at(2, 9), end: at(2, 10) }));
  const series = virtual.outlook.book(meeting({ start: at(3, 9), end: at(3, 10), recurrence: daily(3) }));
  await virtual.settle();
  virtual.outlook.updateOccurrence(series, at(4, 9), { subject: 'Budget @meet' });
  await virtual.settle();
  expect(await keys()).toEqual([event.iCalUId, keyOf(series.iCalUId, at(4, 9))].sort());
  const before = virtual.graph.counters.requests;
  const known = await virtual.roomStore.calendars.sync(board);
  if (known === undefined) throw new Error('the room was read');
  await virtual.sweepRound();
  await virtual.roomStore.calendars.put(board, new Map(), new Map(), { ...known, readAs: '' });
  const reads = () =>
    virtual.graph.log.filter(
      ({ path, mailbox }) => mailbox === ann && /iCalUId/.test(decodeURIComponent(path)),
    ).length;
  const read = reads();
  await virtual.sweepRound();
  expect(reads(), 'a new baseline asks nobody again').toBe(read);
  expect(virtual.graph.counters.requests).toBeGreaterThan(before);
});

it.each([true, false])(
  "where the room wipes its copies the organizer's own names the access (the organizer's name for a title: %s)",
  async (addOrganizerToSubject) => {
    const policies = standardPolicies().map((policy) =>
      policy.name === 'two-pins'
        ? { ...policy, askedBy: { keywords: ['@hosts'], categories: ['Board'] } }
        : policy,
    );
    virtual = await aTenant(redis, { access: policies });
    Object.assign(room(), { deleteSubject: true, addOrganizerToSubject, deleteComments: true });
    const byWord = virtual.outlook.book(meeting(text('<p>Only for us: @hosts</p>')));
    const plain = virtual.outlook.book(meeting({ start: at(2, 9), end: at(2, 10) }));
    await virtual.settle();
    const held = await booked(virtual);
    expect(held.get(byWord.iCalUId)?.booked).toMatchObject({ access: 'two-pins' });
    expect(held.get(plain.iCalUId)?.booked).not.toHaveProperty('access');
  },
);

it.each([
  ['leave', []],
  ['also', ['teams']],
] as const)('a meeting with a link of another service: %s', async (onlineMeetings, left) => {
  virtual = await aTenant(redis, { conference: { onlineMeetings } });
  const teams = virtual.outlook.book(
    meeting({ ...text('<a href="https://teams.microsoft.com/l/meetup-join/1">join</a>') }),
  );
  const plain = virtual.outlook.book(meeting({ start: at(2, 9), end: at(2, 10) }));
  await virtual.settle();
  expect(await keys()).toEqual([...left.map(() => teams.iCalUId), plain.iCalUId].sort());
});
