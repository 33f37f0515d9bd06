/** The organizer's event says how to join, as long as there is something to join, and is else left as it was. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyWrites, inSeconds, onDay } from '../world/graph-side.ts';
import { type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';

const names = [
  ...[
    'plain',
    'teams',
    'text',
    'once',
    'passcode',
    'cancelled',
    'declined',
    'lastroom',
    'added',
    'held',
    'race',
  ],
  ...['refused', 'outside', 'retitled', 'series', 'single', 'moved', 'crowd1', 'crowd2', 'unnamed'],
];
const mailboxOf = (name: string) => `${name}@example.com`;
const iso = (at: Date) => at.toISOString();

const teams = (link: string) =>
  `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style>p{margin:0}</style></head>\r\n` +
  `<body lang="EN-US"><div>Dear all,&nbsp;<br>caf\u00e9 \u2014 &amp; more</div>\r\n<br>\r\n<div class="me-email-text" style="color:#252424">` +
  `<div style="margin-bottom:24px"><span>Microsoft Teams</span></div><a id="meet_invite_block.action.join_link" ` +
  `href="${link}">Join the meeting now</a><div>Meeting ID: 123 456 789</div></div>\r\n</body></html>`;

let world: World;
let product: Product;

beforeAll(async () => {
  world = await World.create({ rooms: names.map((name) => ({ mailbox: mailboxOf(name) })), quantity: 100 });
  world.graph.addPerson('denied@example.com', 'Denied');
  world.graph.knobs.deniedMailboxes.add('denied@example.com');
  product = await world.start();
  await world.allRead(product);
}, 90_000);

afterAll(() => world.destroy());

type NewMeeting = Parameters<World['graph']['outlook']['book']>[0];
type BookedEvent = ReturnType<World['graph']['outlook']['book']>;

const book = (room: string, details: Partial<NewMeeting> = {}) =>
  world.graph.outlook.book({
    ...{ organizer, subject: room, rooms: [mailboxOf(room)] },
    ...{ start: onDay(3, 9), end: onDay(3, 10) },
    ...details,
  });

const that = (key: string, isAsWished: (meeting: MeetingJson) => boolean, timeout = 20_000) =>
  world.meetingThat(product, key, isAsWished, timeout);
const count = ({ timeline = [] }: MeetingJson, word: string) =>
  timeline.filter(({ what }) => what === word).length;
const written = (event: BookedEvent, times = 1) =>
  that(event.iCalUId, (now) => count(now, 'invitation-written') >= times);
const removed = (event: BookedEvent) => that(event.iCalUId, (now) => count(now, 'invitation-removed') > 0);
const bodyOf = (event: BookedEvent, who = organizer) =>
  world.graph.outlook.event(who, event)?.body.content ?? '';
const occurrence = (uid: string, at: Date) => `${uid}@${iso(at).replace('.000Z', 'Z')}`;

/** The body without what stands between these two texts' common beginning and end. */
function inserted(before: string, after: string): string {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  const tail = before.length - head;
  expect(after.endsWith(before.slice(head)), 'what stood before the block and after it is untouched').toBe(
    true,
  );
  return after.slice(head, after.length - tail);
}

async function metric(outcome: string): Promise<number> {
  const text = await (await fetch(`${product.admin}/metrics`)).text();
  return Number(
    new RegExp(`^roombridge_invitations_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
  );
}

test.concurrent('number, address and passcode stand in the body, and not another byte is different', async () => {
  const link = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0';
  for (const [room, body, joinUrl] of [
    ['plain', { contentType: 'html', content: '' }, undefined],
    ['teams', { contentType: 'html', content: teams(link) }, link],
    ['text', { contentType: 'text', content: 'Agenda:\r\n1. <none>\r\n\r\n' }, undefined],
  ] as const) {
    const event = book(room, { body, ...(joinUrl === undefined ? {} : { joinUrl }) });
    const meeting = await written(event);
    const block = inserted(body.content, bodyOf(event));
    for (const text of [meeting.number, meeting.uri, meeting.passcode]) {
      expect(text).toBeTruthy();
      expect(block).toContain(text);
    }
    expect(world.graph.outlook.event(organizer, event)).toMatchObject({
      body: { contentType: body.contentType },
      ...(joinUrl === undefined ? {} : { joinUrl }),
    });

    world.graph.outlook.update(event, { rooms: [] });
    await removed(event);
    expect(bodyOf(event)).toBe(body.content);
    expect(world.graph.outlook.event(organizer, event)?.joinUrl).toBe(joinUrl);
  }
  for (const { ifMatch } of bodyWrites(world.graph, organizer)) expect(ifMatch).toMatch(/^W\//);
});

test.concurrent('it is written again only when it would change', async () => {
  const event = book('once', { body: { contentType: 'html', content: '<p>Once</p>' } });
  await written(event);
  const writes = () =>
    bodyWrites(world.graph, organizer).filter(
      ({ path }) =>
        path.includes(encodeURIComponent(event.id).replaceAll('%3D', '=')) ||
        path.includes(encodeURIComponent(event.id)),
    );
  expect(writes()).toHaveLength(1);
  const { number } = (await world.meeting(product, event.iCalUId)) ?? {};
  world.graph.outlook.update(event, { start: onDay(4, 9) });
  await that(event.iCalUId, ({ start }) => start === iso(onDay(4, 9)));
  world.graph.outlook.update(event, { subject: 'Once more' });
  await that(event.iCalUId, ({ title }) => title === 'Once more');
  await world.graph.settled();
  expect(await world.meeting(product, event.iCalUId)).toMatchObject({ number });
  expect(writes()).toHaveLength(1);

  // The organizer's editor has thrown it away with the rest: it is put in again, once.
  world.graph.outlook.update(event, { body: { contentType: 'html', content: '<p>All new</p>' } });
  await written(event, 2);
  expect(inserted('<p>All new</p>', bodyOf(event))).toContain(number);
  expect(writes()).toHaveLength(2);
});

test.concurrent('it disappears, byte for byte, when the conference is lost before it was held', async () => {
  const content = teams('https://example.com/nothing');
  const body = { contentType: 'html' as const, content };
  const declined = book('declined', { body });
  await written(declined);
  expect(bodyOf(declined)).not.toBe(content);
  world.graph.outlook.declineByRoom(mailboxOf('declined'), declined.iCalUId);
  await removed(declined);
  expect(bodyOf(declined)).toBe(content);

  // The last of two rooms only.
  const two = book('lastroom', { body, rooms: ['lastroom', 'added'].map(mailboxOf) });
  await written(two);
  world.graph.outlook.update(two, { rooms: [mailboxOf('added')] });
  await that(two.iCalUId, ({ rooms }) => rooms.length === 1);
  expect(bodyOf(two)).not.toBe(content);
  world.graph.outlook.update(two, { rooms: [] });
  await removed(two);
  expect(bodyOf(two)).toBe(content);
  world.graph.outlook.update(two, { rooms: [mailboxOf('added')] });
  await written(two, 2);
});

test.concurrent('after a meeting that was held it stays as it was', async () => {
  const start = inSeconds(4);
  const event = book('held', {
    start,
    end: new Date(start.getTime() + 3_000),
    body: { contentType: 'html', content: 'x' },
  });
  await written(event);
  const told = bodyOf(event);
  await that(event.iCalUId, ({ state }) => state === 'closed');
  world.graph.outlook.update(event, { subject: 'Held' });
  await that(event.iCalUId, ({ title }) => title === 'Held');
  world.graph.outlook.declineByRoom(mailboxOf('held'), event.iCalUId);
  await world.graph.settled();
  // What is booked after it is known after it.
  await written(book('held', { start: onDay(5, 9), end: onDay(5, 10) }));
  expect(bodyOf(event)).toBe(told);
  expect(count((await world.meeting(product, event.iCalUId)) as MeetingJson, 'invitation-removed')).toBe(0);
});

test.concurrent('an organizer who is quicker loses nothing: the write is refused, read again and repeated', async () => {
  const content = '<p>First thoughts</p>';
  world.graph.fail({ kind: 'delay', delay: 2_000, method: 'PATCH', mailbox: 'ann@example.com' });
  const event = book('race', { organizer: 'ann@example.com', body: { contentType: 'html', content } });
  // Her event was read, and the write takes its time: she edits meanwhile.
  await world.graph.waitFor(
    () => world.graph.log.some(({ method, mailbox }) => method === 'GET' && mailbox === 'ann@example.com'),
    20_000,
  );
  const better = '<p>Second thoughts</p>';
  world.graph.outlook.update(event, { body: { contentType: 'html', content: better } });
  const meeting = await written(event);
  expect(inserted(better, bodyOf(event, 'ann@example.com'))).toContain(meeting.number);
  const answers = bodyWrites(world.graph, 'ann@example.com');
  expect(answers.map(({ status }) => status)).toEqual([412, 200]);
});

test.concurrent('a mailbox that refuses and an organizer outside the tenant are recorded and counted', async () => {
  const before = await metric('refused');
  for (const [room, who, hour] of [
    ['refused', 'denied@example.com', 11],
    ['outside', 'guest@elsewhere.example', 12],
  ] as const) {
    const event = book(room, { organizer: who });
    const meeting = await that(event.iCalUId, (now) => count(now, 'invitation-refused') > 0);
    expect(meeting).toMatchObject({ state: 'planned', organizer: who, title: room });
    world.graph.outlook.update(event, { start: onDay(4, hour) });
    const moved = await that(event.iCalUId, ({ start }) => start === iso(onDay(4, hour)));
    expect(moved.number).toBe(meeting.number);
    await world.graph.settled();
    expect(count((await world.meeting(product, event.iCalUId)) as MeetingJson, 'invitation-refused')).toBe(1);
  }
  expect(await metric('refused')).toBeGreaterThanOrEqual(before + 2);
});

test.concurrent("the title is the organizer's own subject, whatever the room makes of it", async () => {
  Object.assign(world.graph.rooms.get(mailboxOf('unnamed')) ?? {}, {
    deleteSubject: true,
    addOrganizerToSubject: true,
  });
  const event = book('unnamed', { subject: 'Budget' });
  await that(event.iCalUId, ({ title }) => title === 'Budget');
  world.graph.outlook.update(event, { subject: 'Budget 2027' });
  await that(event.iCalUId, ({ title }) => title === 'Budget 2027');
});

const daily = (numberOfOccurrences: number) => ({
  pattern: { type: 'daily' as const, interval: 1 },
  range: { type: 'numbered' as const, numberOfOccurrences },
});

test.concurrent('a series is told once, in its master; an occurrence with another number has a block of its own', async () => {
  const content = '<p>Series</p>';
  const series = book('series', { recurrence: daily(5), body: { contentType: 'html', content } });
  const key = (day: number) => occurrence(series.iCalUId, onDay(day, 9));
  const first = await that(key(3), (now) => count(now, 'invitation-written') > 0);
  expect(inserted(content, bodyOf(series))).toContain(first.number);
  const ofSeries = () =>
    bodyWrites(world.graph, organizer).filter(({ body }) => JSON.stringify(body).includes('<p>Series</p>'));
  expect(ofSeries()).toHaveLength(1);

  // Another meeting has this number at eleven on the fifth: only that occurrence must move to another one.
  const others: string[] = [];
  for (const room of ['crowd1', 'crowd2']) {
    const single = book(room, { start: onDay(5, 15), end: onDay(5, 16) });
    const { number } = await that(single.iCalUId, ({ number: held }) => held !== null);
    others.push(number ?? '');
  }
  world.graph.outlook.updateOccurrence(series, onDay(5, 9), { start: onDay(5, 15) });
  const moved = await that(key(5), ({ start, number }) => start === iso(onDay(5, 15)) && number !== null);
  const instance = () =>
    world.graph.log.length >= 0 && world.graph.outlook.event(organizer, series)?.id !== undefined
      ? exceptionBody(series, onDay(5, 15))
      : undefined;
  await until(
    async () => (instance()?.includes(moved.number ?? '-') ? true : undefined),
    15_000,
    () => `${instance()}`,
  );
  if (others.includes(first.number ?? '')) {
    expect(moved.number).not.toBe(first.number);
    expect(instance()).not.toContain(first.number);
  }
  expect(bodyOf(series)).toContain(first.number);

  // A new word of the organizer in one occurrence takes its block along; it is put in again there only.
  world.graph.outlook.updateOccurrence(series, onDay(6, 9), {
    body: { contentType: 'html', content: '<p>Alone</p>' },
  });
  await until(async () => {
    const body = exceptionBody(series, onDay(6, 9)) ?? '';
    return body.includes('<p>Alone</p>') && body.includes(first.number ?? '-') ? true : undefined;
  }, 15_000);
  expect(bodyOf(series)).not.toContain('Alone');
});

test.concurrent('an occurrence that was moved by days is told too, and one that is declined alone says nothing any more', async () => {
  const content = '<p>Weekly</p>';
  const start = onDay(7, 9);
  const weekday = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' })
    .format(start)
    .toLowerCase();
  const series = book('moved', {
    ...{ start, end: onDay(7, 10), body: { contentType: 'html', content } },
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: [weekday as 'monday'] },
      range: { type: 'numbered', numberOfOccurrences: 4 },
    },
  });
  const { number } = await that(
    occurrence(series.iCalUId, start),
    (now) => count(now, 'invitation-written') > 0,
  );
  const away = { start: onDay(17, 14), body: { contentType: 'html' as const, content: '<p>Elsewhere</p>' } };
  world.graph.outlook.updateOccurrence(series, onDay(14, 9), away);
  await until(
    async () => (exceptionBody(series, onDay(17, 14))?.includes(number ?? '-') ? true : undefined),
    15_000,
  );

  const moved = occurrence(series.iCalUId, onDay(14, 9));
  const copy = world.graph.outlook
    .roomCopies(mailboxOf('moved'))
    .find((one) => one.start === onDay(17, 14).getTime());
  world.graph.outlook.declineByRoom(mailboxOf('moved'), copy?.iCalUId ?? '');
  await that(moved, ({ state }) => state === 'cancelled');
  await until(
    async () => (exceptionBody(series, onDay(17, 14)) === '<p>Elsewhere</p>' ? true : undefined),
    15_000,
  );
  expect(bodyOf(series)).toContain(number);
});

test.concurrent('a series that loses its only room is told so once, and one occurrence that is declined alone by itself', async () => {
  const content = '<p>Daily</p>';
  const body = { contentType: 'html' as const, content };
  const series = book('single', { recurrence: daily(30), body });
  const key = (day: number) => occurrence(series.iCalUId, onDay(day, 9));
  const exceptions = () =>
    world.graph.outlook.roomCopies(organizer).filter((one) => one.seriesMasterId === series.id);
  await that(key(3), (now) => count(now, 'invitation-written') > 0);

  // Somebody who manages the room declines the fourth day only; the organizer's calendar still has it.
  world.graph.outlook.declineOccurrenceByRoom(mailboxOf('single'), series, onDay(6, 9));
  await that(key(6), (now) => now.state === 'cancelled' && count(now, 'invitation-removed') > 0, 30_000);
  expect(exceptions().map(({ start, body: { content: now } }) => [start, now])).toEqual([
    [onDay(6, 9).getTime(), content],
  ]);

  world.graph.outlook.update(series, { rooms: [] });
  await that(key(5), (now) => now.state === 'cancelled' && count(now, 'invitation-removed') > 0);
  expect(bodyOf(series)).toBe(content);
  expect(exceptions()).toHaveLength(1);
});

/** The body of the organizer's exception that now stands at this time. */
function exceptionBody(series: BookedEvent, at: Date): string | undefined {
  return world.graph.outlook
    .roomCopies(series.organizer)
    .find((one) => one.seriesMasterId === series.id && one.start === at.getTime())?.body.content;
}
