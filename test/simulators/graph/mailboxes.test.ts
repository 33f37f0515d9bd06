/** What becomes of mailboxes: renamed, deleted and restored, without a licence, moved to another server. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';
import { startTenant } from './tenant.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2027, 2, 1, 8);
const ROOM = 'board@example.com';
const ADA = 'ada@example.com';
const WINDOW = 'startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-04-01T00:00:00Z';

const clock = new VirtualClock(START);
const told: string[] = [];
let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  told.length = 0;
  const deliver = async (_: string, body: string) => {
    for (const one of JSON.parse(body).value) told.push(one.changeType ?? one.lifecycleEvent);
    return 202;
  };
  tenant = await startTenant({ clock, deliver });
});
afterEach(() => tenant.stop());

function book(hours: number, room = ROOM) {
  const times = { start: new Date(START + hours * HOUR), end: new Date(START + (hours + 1) * HOUR) };
  return tenant.graph.outlook.book({ organizer: ADA, rooms: [room], subject: 'Plan', ...times });
}

async function pass(): Promise<void> {
  clock.advanceTo(clock.now() + 1_000);
  await tenant.graph.quiet();
}

async function codeOf(path: string, method = 'GET', body?: unknown): Promise<string> {
  const { status, json } = await tenant.send(method, `/v1.0${path}`, body);
  return status < 300 ? String(status) : `${status} ${json.error.code}`;
}

async function deltaLink(room = ROOM): Promise<string> {
  const { json } = await tenant.send('GET', `/v1.0/users/${room}/calendarView/delta?${WINDOW}`);
  return String(json['@odata.deltaLink']).replace(/^.*\/v1\.0/, '');
}

test('a renamed room answers under its new address only, keeps its calendar, and is still told of', async () => {
  await tenant.subscribe(ROOM);
  const meeting = book(1);
  await pass();
  const link = await deltaLink();
  tenant.graph.rename(ROOM, 'Council@example.com');
  expect(await codeOf(`/users/${ROOM}/events`)).toBe('404 ErrorInvalidUser');
  expect(await codeOf(link)).toBe('404 ErrorInvalidUser');
  expect(await codeOf(link.replace('board', 'council'))).toBe('200');
  const [attendee] = tenant.graph.outlook.event(ADA, meeting)?.attendees ?? [];
  expect(attendee).toMatchObject({ address: 'council@example.com', response: 'accepted' });
  told.length = 0;
  tenant.graph.outlook.update(meeting, { start: new Date(START + 3 * HOUR) });
  await pass();
  expect(tenant.graph.outlook.roomCopy('council@example.com', meeting)).toMatchObject({
    start: START + 3 * HOUR,
    response: { response: 'accepted' },
  });
  expect(told).toEqual(['updated', 'updated', 'updated']);
});

test('a mailbox renamed with an alias answers under both addresses, and is booked by both', async () => {
  tenant.graph.rename(ROOM, 'council@example.com', { keepAlias: true });
  expect(await codeOf(`/users/${ROOM}/events`)).toBe('200');
  book(1);
  await pass();
  expect(tenant.graph.outlook.roomCopies('council@example.com')).toHaveLength(1);
  const { json } = await tenant.send('GET', `/v1.0/users/${ROOM}`);
  expect(json.mail).toBe('council@example.com');
});

test('a deleted mailbox is unknown, and restored it has its calendar, but no subscription and no delta token', async () => {
  await tenant.subscribe(ROOM);
  const meeting = book(1);
  await pass();
  const link = await deltaLink();
  tenant.graph.deleteMailbox(ROOM);
  expect(await codeOf(`/users/${ROOM}/events`)).toBe('404 ErrorInvalidUser');
  expect((await tenant.subscribe(ROOM)).status).toBe(404);
  tenant.graph.outlook.update(meeting, { subject: 'Unheard' });
  await pass();
  tenant.graph.restoreMailbox(ROOM);
  expect(tenant.graph.outlook.roomCopy(ROOM, meeting)?.subject).toBe('Plan');
  expect(await codeOf(link)).toBe('410 SyncStateNotFound');
  expect(tenant.graph.subscriptions.size).toBe(0);
});

test('a mailbox without a licence is 404, answers nothing and is not told of until it has one', async () => {
  tenant.graph.unlicense(ROOM);
  const meeting = book(1);
  await pass();
  for (const path of ['/events', '/mailboxSettings', `/calendarView/delta?${WINDOW}`]) {
    expect(await codeOf(`/users/${ROOM}${path}`)).toBe('404 MailboxNotEnabledForRESTAPI');
  }
  tenant.graph.license(ROOM);
  expect(await codeOf(`/users/${ROOM}/events`)).toBe('200');
  tenant.graph.outlook.update(meeting, { subject: 'Now' });
  await pass();
  expect(tenant.graph.outlook.roomCopy(ROOM, meeting)?.subject).toBe('Now');
});

test('a moved mailbox has lost its delta tokens and says that its subscriptions are removed', async () => {
  await tenant.subscribe(ROOM);
  const link = await deltaLink();
  tenant.graph.moveMailbox(ROOM);
  await pass();
  expect([await codeOf(link), tenant.graph.subscriptions.size]).toEqual(['410 SyncStateNotFound', 0]);
  expect(told).toEqual(['subscriptionRemoved']);
});
