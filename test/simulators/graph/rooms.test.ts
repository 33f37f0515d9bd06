/** Rooms by their settings: who may book them, for how long, how far ahead, and beside what. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';
import type { Room } from './directory.ts';
import type { NewMeeting } from './outlook.ts';
import { startTenant } from './tenant.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2027, 2, 1, 8);
const ROOM = 'board@example.com';
const ADA = 'ada@example.com';

const clock = new VirtualClock(START);
let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  tenant = await startTenant({ clock, deliver: async () => 202 });
});
afterEach(() => tenant.stop());

function set(settings: Partial<Room>): void {
  Object.assign(tenant.graph.rooms.get(ROOM) ?? {}, settings);
}

/** Hours after tomorrow's beginning of time. */
function at(hours: number): Date {
  return new Date(Math.floor(clock.now() / DAY) * DAY + DAY + hours * HOUR);
}

function book(hours: number, change: Partial<NewMeeting> = {}) {
  const times = { start: at(hours), end: at(hours + 1) };
  return tenant.graph.outlook.book({ organizer: ADA, rooms: [ROOM], subject: 'Plan', ...times, ...change });
}

function daily(numberOfOccurrences?: number): Pick<NewMeeting, 'recurrence'> {
  const range =
    numberOfOccurrences === undefined
      ? { type: 'noEnd' as const }
      : { type: 'numbered' as const, numberOfOccurrences };
  return { recurrence: { pattern: { type: 'daily', interval: 1 }, range } };
}

/** Lets the rooms answer, and gives what this one holds of the meeting. */
function answered(meeting: ReturnType<typeof book>) {
  clock.advanceTo(clock.now() + 1_000);
  return tenant.graph.outlook.roomCopy(ROOM, meeting);
}

function responseTo(meeting: ReturnType<typeof book>): string | undefined {
  return answered(meeting)?.response.response;
}

test('a delegate accepts later, and may decline what was accepted, with its exceptions', () => {
  set({ policy: 'delegate', addOrganizerToSubject: true, deleteSubject: true });
  const series = book(9, daily(5));
  expect(answered(series)).toMatchObject({ subject: 'Ada', response: { response: 'tentativelyAccepted' } });
  tenant.graph.outlook.updateOccurrence(series, at(33), { subject: 'Special' });
  expect(responseTo(series)).toBe('tentativelyAccepted');
  const responses = () => tenant.graph.outlook.roomCopies(ROOM).map(({ response }) => response.response);
  tenant.graph.outlook.acceptByRoom(ROOM, series.iCalUId);
  expect(responses()).toEqual(['accepted', 'accepted']);
  tenant.graph.outlook.declineByRoom(ROOM, series.iCalUId);
  expect(responses()).toEqual(['declined', 'declined']);
  const own = tenant.graph.outlook.event(ADA, series);
  expect(own?.attendees[0]?.response).toBe('declined');
  tenant.graph.outlook.acceptOccurrenceByRoom(ROOM, series, at(57));
  expect(responses()).toEqual(['declined', 'declined', 'accepted']);
  // What breaks the rules does not come to the delegate.
  set({ maximumDuration: 30 });
  expect(responseTo(book(15))).toBe('declined');
});

test('a room may be asked as an attendee, by its own kind or by the organizer', () => {
  const kindOf = (meeting: ReturnType<typeof book>) => answered(meeting)?.attendees[0]?.type;
  expect(kindOf(book(9))).toBe('resource');
  set({ attendeeType: 'required' });
  expect(kindOf(book(11))).toBe('required');
  expect(kindOf(book(13, { rooms: [{ address: ROOM, type: 'optional' }] }))).toBe('optional');
});

test('what is too long, too far ahead, or from outside is declined', () => {
  set({ maximumDuration: 60, bookingWindowDays: 30, processExternal: false });
  expect(responseTo(book(9))).toBe('accepted');
  expect(responseTo(book(11, { end: at(12.5) }))).toBe('declined');
  expect(responseTo(book(31 * 24))).toBe('declined');
  expect(responseTo(book(13, { organizer: 'eve@elsewhere.example' }))).toBe('declined');
  set({ processExternal: true });
  expect(responseTo(book(15, { organizer: 'eve@elsewhere.example' }))).toBe('accepted');
});

test('a series past the booking window is declined, or accepted up to it and kept so', () => {
  set({ bookingWindowDays: 10 });
  expect(responseTo(book(9, daily()))).toBe('declined');
  expect(responseTo(book(9, daily(5)))).toBe('accepted');
  set({ enforceHorizon: false });
  const endless = book(12, daily());
  const cut = answered(endless);
  const last = new Date(clock.now() + 9 * DAY).toISOString().slice(0, 10);
  expect(cut).toMatchObject({
    response: { response: 'accepted' },
    recurrence: { range: { type: 'endDate', endDate: last } },
  });
  expect(tenant.graph.outlook.event(ADA, endless)?.recurrence?.range.type).toBe('noEnd');
  tenant.graph.outlook.update(endless, { subject: 'Retitled' });
  expect(answered(endless)).toMatchObject({
    subject: 'Retitled',
    recurrence: { range: { endDate: last } },
    response: { response: 'accepted' },
  });
});

test('of a series with few conflicts only those are declined, where the room permits so many', () => {
  book(33);
  clock.advanceTo(clock.now() + 1_000);
  expect(responseTo(book(9, daily(10)))).toBe('declined');
  set({ conflictPercentage: 20, maxConflicts: 1 });
  const series = book(9, daily(10));
  expect(responseTo(series)).toBe('accepted');
  const exceptions = tenant.graph.outlook.roomCopies(ROOM).filter((copy) => copy.type === 'exception');
  expect(exceptions).toMatchObject([{ originalStart: at(33).getTime(), response: { response: 'declined' } }]);
  const [own] = tenant.graph.outlook.event(ADA, series)?.attendees ?? [];
  expect(own?.response).toBe('accepted');
  // With such a setting what is declined leaves the calendar, one occurrence as well as a whole series.
  set({ keepDeclined: false, maxConflicts: 2 });
  const gone = book(9, { ...daily(9), start: at(10 * 24 + 9), end: at(10 * 24 + 10) });
  expect(answered(gone)).toMatchObject({ cancelledSlots: [], response: { response: 'accepted' } });
  const beside = book(9, { ...daily(20), start: at(18 * 24 + 9), end: at(18 * 24 + 10) });
  expect(answered(beside)).toMatchObject({ cancelledSlots: [at(18 * 24 + 9).getTime()] });
  expect(answered(book(9, daily(10)))).toBeUndefined();
  set({ allowConflicts: true });
  expect(responseTo(book(9, daily(10)))).toBe('accepted');
});

test('a room shows what the organizer wants shown, and a free meeting takes nothing from nobody', () => {
  const free = book(9, { showAs: 'free', categories: ['Red'], location: 'Somewhere' });
  expect(answered(free)).toMatchObject({
    showAs: 'free',
    response: { response: 'accepted' },
    categories: ['Red'],
    location: { displayName: 'Somewhere' },
  });
  expect(answered(book(9))?.showAs).toBe('busy');
  expect(responseTo(book(9, { showAs: 'free' }))).toBe('accepted');
  expect(responseTo(book(9, { showAs: 'oof' }))).toBe('declined');
  set({ keepCategories: false });
  tenant.graph.outlook.update(free, { showAs: 'workingElsewhere', categories: ['Blue'] });
  expect(answered(free)).toMatchObject({ showAs: 'workingElsewhere', categories: [] });
});

test('what a meeting shows, where it is and how it is marked can be read and written over the wire', async () => {
  const path = `/v1.0/users/${ADA}/events/${book(9).id}`;
  const location = { displayName: 'Board', locationUri: ROOM, locationType: 'conferenceRoom' };
  const patch = { showAs: 'oof', categories: ['Red', 'Blue'], location };
  expect((await tenant.send('PATCH', path, patch)).status).toBe(200);
  expect((await tenant.send('GET', path)).json).toMatchObject({
    ...patch,
    location: { ...location, uniqueId: ROOM, uniqueIdType: 'directory' },
    locations: [{ locationUri: ROOM }],
  });
});

test('a room to which a meeting is forwarded takes it from the organizer, who may learn it late or never', () => {
  const { outlook, knobs } = tenant.graph;
  const rooms = (meeting: ReturnType<typeof book>) =>
    outlook.event(ADA, meeting)?.attendees.map(({ address, response }) => [address, response]);
  const known = book(9, { rooms: ['attic@example.com'] });
  outlook.forward(known, ROOM);
  expect(answered(known)).toMatchObject({ organizer: { address: ADA }, response: { response: 'accepted' } });
  expect(rooms(known)).toEqual([
    ['attic@example.com', 'accepted'],
    [ROOM, 'accepted'],
  ]);
  knobs.forwardNotice = undefined;
  const unknown = book(12, { rooms: [] });
  outlook.forward(unknown, ROOM);
  expect(responseTo(unknown)).toBe('accepted');
  expect(rooms(unknown)).toEqual([]);
  outlook.update(unknown, { start: at(14) });
  expect(answered(unknown)?.start).toBe(at(12).getTime());
});
