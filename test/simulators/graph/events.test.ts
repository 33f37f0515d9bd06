/** Events over the wire: two phases, edits under If-Match and their echo, conflicts, lookups, limits. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTenant } from './tenant.ts';

const DAY = 86_400_000;
const BASE = Math.ceil(Date.now() / DAY) * DAY + 9 * 3_600_000;
const ROOM = 'board@example.com';
const IMMUTABLE = { Prefer: 'IdType="ImmutableId"' };

let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  tenant = await startTenant({ attendantDelay: 1, acceptDelay: 5 });
});
afterEach(() => tenant.stop());

function book(subject: string, hours = 0, organizer = 'ada@example.com', rooms = [ROOM]) {
  const start = new Date(BASE + hours * 3_600_000);
  const body = { contentType: 'html' as const, content: '<html><body>Agenda &amp; more</body></html>' };
  const end = new Date(start.getTime() + 3_600_000);
  return tenant.graph.outlook.book({ organizer, rooms, subject, start, end, body });
}

test('a room first holds the meeting tentatively, then accepts it and tells the organizer', async () => {
  const meeting = book('Plan');
  const first = await tenant.graph.waitFor(() => tenant.graph.outlook.roomCopy(ROOM, meeting));
  expect(first).toMatchObject({
    subject: 'Plan',
    response: { response: 'tentativelyAccepted' },
    isOrganizer: false,
  });
  await tenant.graph.settled();
  const copy = tenant.graph.outlook.roomCopy(ROOM, meeting);
  expect(copy).toMatchObject({ iCalUId: meeting.iCalUId, response: { response: 'accepted' } });
  expect(copy?.id).not.toBe(meeting.id);
  const attendees = tenant.graph.outlook.event('ada@example.com', meeting)?.attendees;
  expect(attendees).toMatchObject([{ address: ROOM, type: 'resource', response: 'accepted' }]);
});

test('a room declines what conflicts with an accepted booking and takes it once it is moved', async () => {
  book('Plan');
  await tenant.graph.settled();
  const second = book('Clash', 0.5);
  await tenant.graph.settled();
  expect(tenant.graph.outlook.roomCopy(ROOM, second)?.response.response).toBe('declined');
  tenant.graph.outlook.update(second, { start: new Date(BASE + 3_600_000) });
  await tenant.graph.settled();
  expect(tenant.graph.outlook.roomCopy(ROOM, second)?.response.response).toBe('accepted');
});

test('rooms rewrite what they accept as they are set', async () => {
  const room = tenant.graph.rooms.get(ROOM);
  Object.assign(room ?? {}, { addOrganizerToSubject: true, deleteSubject: true, deleteComments: true });
  const meeting = book('Plan');
  await tenant.graph.settled();
  expect(tenant.graph.outlook.roomCopy(ROOM, meeting)).toMatchObject({
    subject: 'Ada',
    body: { content: '' },
  });
});

test('an edit needs the present etag, changes it, and reaches the room as an echo', async () => {
  const meeting = book('Plan');
  await tenant.graph.settled();
  const list = await tenant.send(
    'GET',
    `/v1.0/users/ADA@example.com/events?$filter=${encodeURIComponent(`iCalUId eq '${meeting.iCalUId}'`)}&$select=subject,body`,
    undefined,
    IMMUTABLE,
  );
  const [found] = list.json.value;
  expect(found.id).toBe(meeting.id);
  expect(Object.keys(found).sort()).toEqual(['@odata.etag', 'body', 'id', 'subject']);

  await tenant.subscribe(ROOM);
  const path = `/v1.0/users/ada@example.com/events/${encodeURIComponent(meeting.id)}`;
  const body = { body: { contentType: 'html', content: '<p>with a number</p>' } };
  const edited = await tenant.send('PATCH', path, body, { 'If-Match': found['@odata.etag'] });
  expect(edited.status).toBe(200);
  expect(edited.json['@odata.etag']).not.toBe(found['@odata.etag']);
  const stale = await tenant.send('PATCH', path, body, { 'If-Match': found['@odata.etag'] });
  expect([stale.status, stale.json.error.code]).toEqual([412, 'ErrorIrresolvableConflict']);
  await tenant.graph.settled();
  expect(tenant.graph.outlook.roomCopy(ROOM, meeting)).toMatchObject({
    body: { content: '<p>with a number</p>' },
    response: { response: 'accepted' },
  });
  expect(tenant.graph.notificationLog.flatMap(({ value }) => value)).toHaveLength(3);
});

test('a cancelled meeting stays in the room as cancelled and is gone for its organizer', async () => {
  const meeting = book('Plan');
  await tenant.graph.settled();
  const cancelled = await tenant.send('POST', `/v1.0/users/ada@example.com/events/${meeting.id}/cancel`, {
    comment: 'ill',
  });
  expect(cancelled.status).toBe(202);
  await tenant.graph.settled();
  expect(tenant.graph.outlook.roomCopy(ROOM, meeting)).toMatchObject({
    isCancelled: true,
    subject: 'Canceled: Plan',
  });
  const gone = await tenant.send('GET', `/v1.0/users/ada@example.com/events/${meeting.id}`);
  expect([gone.status, gone.json.error.code]).toEqual([404, 'ErrorItemNotFound']);
});

test('a series is one master with instances, views show no master, and a room joins its exceptions too', async () => {
  const created = await tenant.send('POST', '/v1.0/users/ada@example.com/events', {
    subject: 'Weekly',
    start: { dateTime: '2030-03-22T09:00:00', timeZone: 'W. Europe Standard Time' },
    end: { dateTime: '2030-03-22T10:00:00', timeZone: 'W. Europe Standard Time' },
    attendees: [{ emailAddress: { address: ROOM }, type: 'resource' }],
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['friday'] },
      range: { type: 'endDate', startDate: '2030-03-22', endDate: '2030-04-05' },
    },
  });
  expect(created.status).toBe(201);
  const window = 'startDateTime=2030-03-01T00:00:00Z&endDateTime=2030-05-01T00:00:00Z';
  const path = `/v1.0/users/ada@example.com/events/${created.json.id}/instances?${window}`;
  const instances = await tenant.send('GET', path);
  expect(instances.json.value.map((one: { start: { dateTime: string } }) => one.start.dateTime)).toEqual([
    '2030-03-22T08:00:00.0000000',
    '2030-03-29T08:00:00.0000000',
    '2030-04-05T07:00:00.0000000',
  ]);
  await tenant.graph.settled();
  const edit = {
    start: { dateTime: '2030-03-29T12:00:00', timeZone: 'UTC' },
    end: { dateTime: '2030-03-29T13:00:00', timeZone: 'UTC' },
  };
  const second = instances.json.value[1].id;
  expect((await tenant.send('PATCH', `/v1.0/users/ada@example.com/events/${second}`, edit)).json.type).toBe(
    'exception',
  );
  const attendees = [ROOM, 'attic@example.com'].map((address) => ({ emailAddress: { address } }));
  await tenant.send('PATCH', `/v1.0/users/ada@example.com/events/${created.json.id}`, { attendees });
  await tenant.graph.settled();
  const view = await tenant.send('GET', `/v1.0/users/attic@example.com/calendarView?${window}`);
  expect(view.json.value.map((one: { type: string }) => one.type)).toEqual([
    'occurrence',
    'exception',
    'occurrence',
  ]);
});

test('an external organizer has no mailbox here, and a denied one is forbidden', async () => {
  const meeting = book('Pitch', 0, 'eve@elsewhere.example');
  await tenant.graph.settled();
  expect(tenant.graph.outlook.roomCopy(ROOM, meeting)?.organizer.address).toBe('eve@elsewhere.example');
  const external = await tenant.send('GET', '/v1.0/users/eve@elsewhere.example/events');
  expect([external.status, external.json.error.code]).toEqual([404, 'ErrorInvalidUser']);
  tenant.graph.knobs.deniedMailboxes.add('ada@example.com');
  const denied = await tenant.send('GET', '/v1.0/users/ada@example.com/events');
  expect([denied.status, denied.json.error.code]).toEqual([403, 'ErrorAccessDenied']);
});

test('the fifth request at once for a mailbox is throttled and counted', async () => {
  tenant.graph.knobs.latency = 50;
  const answers = await Promise.all(
    [1, 2, 3, 4, 5].map(() => tenant.send('GET', `/v1.0/users/${ROOM}/events`)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 429]);
  const throttled = answers.find(({ status }) => status === 429);
  expect(throttled?.json.error.code).toBe('ApplicationThrottled');
  expect(throttled?.headers.get('retry-after')).toBe('1');
  expect(tenant.graph.counters.concurrencyViolations).toBe(1);
});

test('faults strike as told: statuses, proxy pages, and connections cut before or after the effect', async () => {
  const path = '/v1.0/users/ada@example.com/events';
  const times = { dateTime: '2030-01-01T00:00:00', timeZone: 'UTC' };
  tenant.graph.fail({ kind: 'status', status: 504, retryAfter: 7, method: 'GET', path: /events/ });
  const busy = await tenant.send('GET', path);
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([504, '7']);
  tenant.graph.fail({ kind: 'html' });
  expect((await tenant.send('GET', path)).headers.get('content-type')).toBe('text/html');
  tenant.graph.fail({ kind: 'drop-before', method: 'POST' });
  await expect(tenant.send('POST', path, { subject: 'never', start: times, end: times })).rejects.toThrow();
  tenant.graph.fail({ kind: 'drop-after', method: 'POST' });
  await expect(tenant.send('POST', path, { subject: 'done', start: times, end: times })).rejects.toThrow();
  const { json } = await tenant.send('GET', path);
  expect(json.value.map((one: { subject: string }) => one.subject)).toEqual(['done']);
});

test('a room asked to one occurrence only holds a single event, and one let go from an occurrence loses just that', async () => {
  const { outlook } = tenant.graph;
  const day = (n: number) => new Date(BASE + n * DAY);
  const series = outlook.book({
    organizer: 'ada@example.com',
    rooms: [ROOM],
    subject: 'Daily',
    start: day(0),
    end: new Date(BASE + 3_600_000),
    recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd' } },
  });
  outlook.updateOccurrence(series, day(1), { rooms: ['attic@example.com'] });
  await tenant.graph.settled();
  expect(outlook.roomCopies('attic@example.com')).toMatchObject([
    { type: 'singleInstance', start: day(1).getTime(), response: { response: 'accepted' } },
  ]);
  expect(outlook.roomCopy(ROOM, series)).toMatchObject({ cancelledSlots: [day(1).getTime()] });
  const crossing = () => outlook.updateOccurrence(series, day(4), { start: day(3) });
  expect(crossing).toThrow('crossing');
  const room = tenant.graph.rooms.get(ROOM);
  if (room) room.keepCancelledOccurrences = true;
  outlook.cancelOccurrence(series, day(2));
  outlook.cancelOccurrence(series, day(1));
  await tenant.graph.settled();
  expect(outlook.roomCopies('attic@example.com')).toEqual([]);
  const kept = outlook.roomCopies(ROOM).filter(({ type }) => type === 'exception');
  expect(kept).toMatchObject([{ isCancelled: true, originalStart: day(2).getTime() }]);
  outlook.cancel(series);
  await tenant.graph.settled();
  expect(outlook.roomCopy(ROOM, series)?.isCancelled).toBe(true);
});

test('an all-day event keeps its midnights in every zone, and its text comes when preferred', async () => {
  const meeting = tenant.graph.outlook.book({
    organizer: 'ada@example.com',
    rooms: [ROOM],
    subject: 'Fair',
    start: new Date('2030-05-01T00:00:00Z'),
    end: new Date('2030-05-02T00:00:00Z'),
    isAllDay: true,
    timeZone: 'Europe/Berlin',
    body: { contentType: 'html', content: '<p>Bring &amp; buy</p>' },
  });
  const path = `/v1.0/users/ada@example.com/events/${meeting.id}`;
  const prefer = 'outlook.timezone="Pacific Standard Time", outlook.body-content-type="text"';
  const { json, headers } = await tenant.send('GET', path, undefined, { Prefer: prefer });
  expect(headers.get('preference-applied')).toBe(prefer);
  expect(json).toMatchObject({
    isAllDay: true,
    originalStartTimeZone: 'Europe/Berlin',
    start: { dateTime: '2030-05-01T00:00:00.0000000', timeZone: 'Pacific Standard Time' },
    body: { contentType: 'text', content: 'Bring & buy' },
  });
});
