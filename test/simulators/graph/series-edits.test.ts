/** What Outlook makes of a series: two of one, one of a single meeting, and bodies as its editors leave them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';
import type { BookedEvent, NewMeeting } from './outlook.ts';
import { startTenant } from './tenant.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2027, 2, 1, 8);
const ROOM = 'board@example.com';
const ATTIC = 'attic@example.com';
const ADA = 'ada@example.com';

const clock = new VirtualClock(START);
let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  tenant = await startTenant({ clock, deliver: async () => 202 });
});
afterEach(() => tenant.stop());

/** Nine o'clock in Berlin, n days after the first Monday of March. */
function day(n: number): Date {
  const summer = n >= 27 ? HOUR : 0;
  return new Date(START + n * DAY - summer);
}

function weekly(numberOfOccurrences: number | undefined, change: Partial<NewMeeting> = {}): BookedEvent {
  const range =
    numberOfOccurrences === undefined
      ? { type: 'noEnd' as const }
      : { type: 'numbered' as const, numberOfOccurrences };
  return tenant.graph.outlook.book({
    organizer: ADA,
    rooms: [ROOM],
    subject: 'Weekly',
    start: day(0),
    end: new Date(START + HOUR),
    timeZone: 'W. Europe Standard Time',
    recurrence: { pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] }, range },
    ...change,
  });
}

function pass(): void {
  clock.advanceTo(clock.now() + 1_000);
}

/** Times, as in a calendar, of what the room holds of an event that is not cancelled. */
async function held(room: string): Promise<string[]> {
  const window = `startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-05-31T00:00:00Z&$top=100`;
  const { json } = await tenant.send('GET', `/v1.0/users/${room}/calendarView?${window}`);
  return json.value.map(
    (one: { subject: string; start: { dateTime: string } }) =>
      `${one.subject} ${one.start.dateTime.slice(5, 16)}`,
  );
}

test('this and following ends the series and makes another, over summer time, with what was different before', async () => {
  const { outlook } = tenant.graph;
  const series = weekly(6);
  pass();
  outlook.updateOccurrence(series, day(7), { subject: 'Special' });
  outlook.updateOccurrence(series, day(28), { rooms: [ROOM, ATTIC], subject: 'Lost' });
  outlook.cancelOccurrence(series, day(0));
  pass();
  const { before, after } = outlook.thisAndFollowing(series, day(21), { subject: 'New', rooms: [ATTIC] });
  pass();
  expect(before).toEqual(series);
  expect(after.iCalUId).not.toBe(series.iCalUId);
  expect(await held(ROOM)).toEqual(['Special 03-08T08:00', 'Weekly 03-15T08:00']);
  expect(await held(ATTIC)).toEqual(['New 03-22T08:00', 'New 03-29T07:00', 'New 04-05T07:00']);
  expect(outlook.event(ADA, before)?.recurrence?.range).toMatchObject({
    type: 'endDate',
    endDate: '2027-03-21',
  });
  expect(outlook.roomCopy(ROOM, before)?.response.response).toBe('accepted');
  expect(outlook.event(ADA, after)?.recurrence?.range).toMatchObject({
    type: 'numbered',
    numberOfOccurrences: 3,
    startDate: '2027-03-22',
  });
});

test('this and following keeps the room without a conflict with what it was, and from the first on is the series', async () => {
  const { outlook } = tenant.graph;
  const series = weekly(undefined);
  pass();
  const { after } = outlook.thisAndFollowing(series, day(14), { start: new Date(day(14).getTime() + HOUR) });
  pass();
  expect(outlook.roomCopy(ROOM, after)?.response.response).toBe('accepted');
  expect((await held(ROOM)).slice(0, 4)).toEqual([
    'Weekly 03-01T08:00',
    'Weekly 03-08T08:00',
    'Weekly 03-15T09:00',
    'Weekly 03-22T09:00',
  ]);
  const whole = outlook.thisAndFollowing(after, day(14), { subject: 'All' });
  expect([whole.before, whole.after]).toEqual([after, after]);
});

test('a meeting becomes a series and one again, under the same ids, and delta tells of both', async () => {
  const { outlook } = tenant.graph;
  const single = outlook.book({
    organizer: ADA,
    rooms: [ROOM],
    subject: 'Plan',
    start: day(0),
    end: new Date(START + HOUR),
  });
  pass();
  const read = async (link: string) => (await tenant.send('GET', link)).json;
  const from = 'startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-04-01T00:00:00Z';
  const first = await read(`/v1.0/users/${ROOM}/calendarView/delta?${from}`);
  outlook.convertToSeries(single, {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'numbered', numberOfOccurrences: 3 },
  });
  pass();
  const copy = outlook.roomCopy(ROOM, single);
  expect(copy).toMatchObject({
    iCalUId: single.iCalUId,
    type: 'seriesMaster',
    response: { response: 'accepted' },
  });
  const second = await read(first['@odata.deltaLink']);
  const kinds = (round: { value: { type?: string }[] }) => round.value.map(({ type = 'removed' }) => type);
  expect(kinds(second)).toEqual(['seriesMaster', 'occurrence', 'occurrence', 'occurrence']);
  expect(second.value[0].id).toBe(first.value[0].id);

  tenant.graph.knobs.deletedOccurrence = 'removed';
  const one = outlook.convertToSingle(single, { subject: 'Once' });
  expect(one).toMatchObject({ id: single.id, iCalUId: single.iCalUId, type: 'singleInstance' });
  pass();
  expect(await held(ROOM)).toEqual(['Once 03-01T08:00']);
  const third = await read(second['@odata.deltaLink']);
  expect(kinds(third)).toEqual(['removed', 'removed', 'removed', 'singleInstance']);
  const path = `/v1.0/users/${ADA}/events/${single.id}`;
  const recurrence = {
    pattern: { type: 'daily', interval: 2 },
    range: { type: 'noEnd', startDate: '2027-03-01' },
  };
  expect((await tenant.send('PATCH', path, { recurrence })).json.type).toBe('seriesMaster');
  expect((await tenant.send('PATCH', path, { recurrence: null })).json.type).toBe('singleInstance');
});

test('who edits a meeting in Outlook leaves its body as the editor does, whatever was edited', () => {
  const { outlook } = tenant.graph;
  const joinUrl = 'https://teams.example/join?a=1&amp;b=2';
  const content = `<html><body><div id="own">Agenda</div><a href="${joinUrl}">Join</a></body></html>`;
  const series = weekly(4, { body: { contentType: 'html', content }, joinUrl });
  const body = () => outlook.event(ADA, series)?.body.content;
  outlook.update(series, { subject: 'as it was' });
  expect(body()).toBe(content);
  tenant.graph.settings(ADA, { editor: 'outlookWeb' });
  outlook.update(series, { subject: 'from the web' });
  expect(body()).toContain('<div id="x_own"');
  tenant.graph.settings(ADA, { editor: 'outlookDesktop' });
  expect(outlook.updateOccurrence(series, day(7), { subject: 'from a desk' }).body.content).toContain(
    'MsoNormal',
  );
  tenant.graph.settings(ADA, { editor: 'outlookMobile' });
  outlook.update(series, { body: { contentType: 'html', content: `${content}<p id="new">new</p>` } });
  expect(body()).toContain('<div>new</div>');
  expect(outlook.event(ADA, series)?.joinUrl).toBe(joinUrl);
});
