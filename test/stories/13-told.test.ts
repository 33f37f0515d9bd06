/** The organizer is told what holds, by the first way that is open, once, and in the right language. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis } from '../redis/server.ts';
import { bodyWrites, inSeconds, onDay } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';

const names = [
  'denied',
  'outside',
  'german',
  'arabic',
  'own',
  'full1',
  'full2',
  'full3',
  'full4',
  'partial',
  'quiet',
  'counted',
];
const mailboxOf = (name: string) => `${name}@rooms.example.com`;
const sender = 'video@example.com';
const denied = 'denied@example.com';
const mostPatience = 45_000;

let world: World;
let product: Product;

beforeAll(async () => {
  world = await World.create({
    rooms: names.map((name) => ({ mailbox: mailboxOf(name), name: `Room ${name}` })),
    quantity: 2,
    config: { invitation: { mail: { from: sender }, templates: './texts', help: 'call 555' } },
  });
  mkdirSync(join(world.folder, 'texts'));
  writeFileSync(
    join(world.folder, 'texts', 'sentences.nl.json'),
    JSON.stringify({ 'joining.heading': 'Doe mee via Acme' }),
  );
  const { graph } = world;
  graph.addPerson(sender, 'Video');
  graph.addPerson(denied, 'Denied');
  graph.settings(mailboxOf('denied'), { locale: 'fr-FR', timeZone: 'Europe/Paris' });
  graph.addPerson('jan@example.com', 'Jan', { locale: 'nl-NL', timeZone: 'Europe/Amsterdam' });
  graph.addPerson('anna@example.com', 'Anna', { locale: 'de-AT', timeZone: 'W. Europe Standard Time' });
  graph.addPerson('layla@example.com', 'Layla', { locale: 'ar-AE', timeZone: 'Asia/Dubai' });
  graph.settings(mailboxOf('outside'), { locale: 'de-DE', timeZone: 'Europe/Berlin' });
  graph.knobs.deniedMailboxes.add(denied);
  product = await world.start();
  await world.allRead(product);
}, 90_000);

afterAll(() => world.destroy());

type NewMeeting = Parameters<World['graph']['outlook']['book']>[0];
type BookedEvent = ReturnType<World['graph']['outlook']['book']>;

const bookIn = (where: World, room: string, details: Partial<NewMeeting> = {}) =>
  where.graph.outlook.book({
    ...{ organizer, subject: `About ${room}`, rooms: [mailboxOf(room)] },
    ...{ start: onDay(3, 9), end: onDay(3, 10), body: { contentType: 'html', content: '<p>x</p>' } },
    ...details,
  });
const book = (room: string, details: Partial<NewMeeting> = {}) => bookIn(world, room, details);
const that = (event: BookedEvent, isAsWished: (meeting: MeetingJson) => boolean) =>
  world.meetingThat(product, event.iCalUId, isAsWished, mostPatience);
const words = ({ timeline = [] }: MeetingJson, word: string) => timeline.filter(({ what }) => what === word);
const has =
  (word: string, times = 1) =>
  (now: MeetingJson) =>
    words(now, word).length >= times;
const bodyOf = (event: BookedEvent) => world.graph.outlook.event(event.organizer, event)?.body.content ?? '';
const mailsTo = (address: string, about = '', where = world) =>
  where.graph.mails.filter(({ to, subject }) => to.includes(address) && subject.includes(about));
const bodySays = (event: BookedEvent, text: string) =>
  until(
    async () => (bodyOf(event).includes(text) ? true : undefined),
    mostPatience,
    () => bodyOf(event),
  );
const mailed = (address: string, about: string, times: number) =>
  until(
    async () => (mailsTo(address, about).length >= times ? mailsTo(address, about) : undefined),
    mostPatience,
    () => `mails: ${JSON.stringify(world.graph.mails.map(({ to, subject }) => [to, subject]))}`,
  );

test.concurrent('whose event is refused is mailed, once for what holds and again when it changes', async () => {
  const hour = { start: onDay(5, 7), end: onDay(5, 8) };
  const event = book('denied', { organizer: denied, ...hour });
  const meeting = await that(event, has('organizer-mailed'));
  const [mail] = await mailed(denied, '', 1);
  expect(mail).toMatchObject({ from: sender, to: [denied], saved: true });
  for (const text of [meeting.number, meeting.uri, meeting.passcode, 'lang="fr"', 'call 555']) {
    expect(mail?.body.content).toContain(text);
  }
  // What the organizer calls it could not be read.
  expect(mail?.subject).not.toContain('About');
  expect(words(meeting, 'invitation-refused')).toHaveLength(1);

  world.graph.outlook.update(event, { subject: 'Another word' });
  world.graph.outlook.update(event, { start: onDay(5, 8) });
  await that(event, ({ start }) => start === onDay(5, 8).toISOString());
  await world.graph.settled();
  // Another meeting holds its number where it is moved to.
  const other = book('full4', { start: onDay(5, 15), end: onDay(5, 16) });
  const { number } = await that(other, ({ number: held }) => held !== null);
  expect(number).toBe(meeting.number);
  world.graph.outlook.update(event, { start: onDay(5, 15) });
  const [, second, ...more] = await mailed(denied, '', 2);
  expect(second?.body.content).toContain(meeting.number);
  const now = await that(event, has('organizer-mailed', 2));
  expect(second?.body.content).toContain(now.number);
  expect(words(now, 'organizer-mailed').map(({ facts }) => facts)).toEqual(['ready', 'number-changed']);
  expect(words(now, 'invitation-refused').length).toBeGreaterThan(0);
  expect(more).toEqual([]);
});

test.concurrent("an organizer outside the tenant is mailed in the room's language", async () => {
  const guest = 'guest@elsewhere.example';
  const event = book('outside', { organizer: guest, start: onDay(6, 7), end: onDay(6, 8) });
  const meeting = await that(event, has('organizer-mailed'));
  const [mail, ...more] = await mailed(guest, '', 1);
  expect(mail?.body.content).toContain('lang="de"');
  expect(mail?.body.content).toContain(meeting.number);
  expect(more).toEqual([]);
});

test.concurrent("the block is in the organizer's language, with an administrator's own sentences where there are some", async () => {
  for (const [room, who, text] of [
    ['german', 'anna@example.com', 'lang="de"'],
    ['arabic', 'layla@example.com', 'dir="rtl"'],
    ['own', 'jan@example.com', 'Doe mee via Acme'],
  ] as const) {
    const event = book(room, { organizer: who, start: onDay(7, 7), end: onDay(7, 8) });
    const { number } = await that(event, has('invitation-written'));
    expect(bodyOf(event)).toContain(text);
    expect(bodyOf(event)).toContain(number);
    world.graph.outlook.cancel(event);
    await that(event, ({ state }) => state === 'cancelled');
  }
});

test.concurrent('where no number is free that is told with the nearest time that has one, and when there is one after all', async () => {
  const at = { start: onDay(8, 9), end: onDay(8, 10) };
  const first = [book('full1', at), book('full2', at)];
  for (const event of first) await that(event, has('invitation-written'));
  const late = book('full3', at);
  const refused = book('full4', { ...at, organizer: denied });
  await bodySays(late, 'no number is free');
  expect(bodyOf(late)).toContain('10:00');
  expect(bodyOf(late)).not.toContain('Number to dial');
  const [noSlot] = words(await that(refused, has('organizer-mailed')), 'organizer-mailed');
  expect(noSlot?.facts).toBe('no-slot');

  for (const event of first) world.graph.outlook.cancel(event);
  for (const event of [late, refused]) await that(event, ({ state }) => state === 'planned');
  await bodySays(late, 'Number to dial');
  expect(bodyOf(late)).not.toContain('no number is free');
  const told = words(await that(refused, has('organizer-mailed', 2)), 'organizer-mailed');
  expect(told.map(({ facts }) => facts)).toEqual(['no-slot', 'placed-after-all']);
}, 120_000);

test.concurrent('a series is told which of its dates have another number and which have none', async () => {
  const day = { start: onDay(12, 12), end: onDay(12, 13) };
  const [one, two] = [book('full1', day), book('full2', day)];
  for (const event of [one, two]) await that(event, has('invitation-written'));
  const alone = book('full3', { start: onDay(13, 12), end: onDay(13, 13) });
  const taken = await that(alone, has('invitation-written'));
  const series = book('partial', {
    ...{ start: onDay(11, 12), end: onDay(11, 13) },
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'numbered', numberOfOccurrences: 4 },
    },
  });
  const key = (n: number) => `${series.iCalUId}@${onDay(n, 12).toISOString().replace('.000Z', 'Z')}`;
  const usual = await world.meetingThat(product, key(11), has('invitation-written'), mostPatience);
  const date = (n: number) =>
    new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
      onDay(n, 12),
    );
  const body = bodyOf(series);
  expect(body).toContain(usual.number);
  expect(body).toContain(date(12));
  const other = await world.meetingThat(product, key(13), ({ number }) => number !== null, mostPatience);
  if (usual.number === taken.number) {
    expect(other.number).not.toBe(usual.number);
    expect(body).toContain(other.number);
  }
  expect(body).not.toContain(date(14));
  expect(words(usual, 'invitation-written')[0]?.facts).toContain('without-conference');
  const [without] = world.graph.outlook
    .roomCopies(organizer)
    .filter((item) => item.seriesMasterId === series.id && item.start === onDay(12, 12).getTime());
  expect(without?.body.content).toContain('no number is free');
  expect(without?.body.content).not.toContain(usual.number);
});

test.concurrent('a booking costs two questions and a write, an edit that changes nothing of ours one question, a cancellation one', async () => {
  const who = 'ann@example.com';
  const asked = () =>
    world.graph.log
      .filter(({ mailbox }) => mailbox === who)
      .map(({ method, path }) => `${method} ${path.replace(/\?.*/, '').replace(/events\/.+/, 'events/id')}`);
  const event = book('counted', { organizer: who, start: onDay(9, 7), end: onDay(9, 8) });
  await that(event, has('invitation-written'));
  await world.graph.settled();
  expect(asked()).toEqual([
    'GET /v1.0/users/ann@example.com/events',
    'GET /v1.0/users/ann@example.com/mailboxSettings',
    'PATCH /v1.0/users/ann@example.com/events/id',
  ]);
  const before = asked().length;
  world.graph.outlook.update(event, { start: onDay(9, 8) });
  await that(event, ({ start }) => start === onDay(9, 8).toISOString());
  await until(async () => (asked().length > before ? true : undefined), mostPatience);
  await world.graph.settled();
  expect(new Set(asked().slice(before))).toEqual(new Set(['GET /v1.0/users/ann@example.com/events/id']));
  // What was written is looked at once more, for the organizer may have been as quick.
  expect(asked().length - before).toBeLessThanOrEqual(3);
  const then = asked().length;
  world.graph.outlook.cancel(event);
  await that(event, ({ state }) => state === 'cancelled');
  await until(async () => (asked().length > then ? true : undefined), mostPatience);
  await world.graph.settled();
  expect(new Set(asked().slice(then))).toEqual(new Set(['GET /v1.0/users/ann@example.com/events/id']));
  expect(asked().length - then).toBeLessThanOrEqual(2);
  expect(bodyWrites(world.graph, who)).toHaveLength(1);
});

test.concurrent('a conference that no call bridge takes is given up for the moment, and said to be ready once it is open', async () => {
  const rooms = [{ mailbox: mailboxOf('first') }];
  const config = { invitation: { mail: { from: sender } } };
  await inWorld({ rooms, config }, async (there, running) => {
    there.graph.addPerson(sender, 'Video');
    const event = bookIn(there, 'first', { start: inSeconds(5), end: inSeconds(600) });
    await there.meetingThat(running, event.iCalUId, has('invitation-written'));
    for (const bridge of there.cms.bridges) bridge.setFault({ kind: 'refuse' });
    const failing = await there.meetingThat(running, event.iCalUId, has('organizer-mailed'), 100_000);
    expect(words(failing, 'organizer-mailed')[0]?.facts).toBe('given-up');
    for (const bridge of there.cms.bridges) await bridge.clearFault('refuse');
    const open = await there.meetingThat(running, event.iCalUId, has('organizer-mailed', 2), 60_000);
    expect(open.state).toBe('open');
    expect(words(open, 'organizer-mailed').map(({ facts }) => facts)).toEqual(['given-up', 'ready']);
    expect(mailsTo(organizer, '', there)).toHaveLength(2);
    expect(bodyWrites(there.graph, organizer)).toHaveLength(1);
  });
}, 200_000);

test.concurrent('that a conference is extended, and ended at its limit, is told only who wants to know', async () => {
  const rooms = [{ mailbox: mailboxOf('first'), sip: 'first@video.example.com' }];
  const config = { invitation: { alsoTell: ['extended', 'ended-at-limit'] } };
  const conference = { extension: { by: '2s', times: 1 } };
  await inWorld({ rooms, config, conference }, async (there, running) => {
    const event = bookIn(there, 'first', { start: inSeconds(4), end: inSeconds(8) });
    const now = await there.meetingThat(running, event.iCalUId, has('organizer-answered', 2), 60_000);
    expect(words(now, 'organizer-answered').map(({ facts }) => facts)).toEqual([
      'extended',
      'ended-at-limit',
    ]);
    expect(there.graph.replies).toHaveLength(2);
    expect(bodyWrites(there.graph, organizer)).toHaveLength(1);
  });
}, 120_000);

test.concurrent('where neither the event nor mail is open a room says it in its own answer; where that is not, it is said that nobody was told', async () => {
  const rooms = ['first', 'second'].map((name) => ({ mailbox: mailboxOf(name) }));
  await inWorld({ rooms, config: { invitation: { language: 'es' } } }, async (there, running) => {
    const { graph } = there;
    graph.addPerson(denied, 'Denied');
    graph.knobs.deniedMailboxes.add(denied);
    const event = bookIn(there, 'first', { organizer: denied, rooms: rooms.map(({ mailbox }) => mailbox) });
    const meeting = await there.meetingThat(running, event.iCalUId, has('organizer-answered'));
    const [reply, ...more] = graph.replies;
    expect(reply).toMatchObject({ organizer: denied, response: 'accepted', iCalUId: event.iCalUId });
    expect(reply?.comment).toContain(meeting.number);
    expect(reply?.comment).toContain(meeting.passcode);
    expect(more).toEqual([]);

    // Nothing new: neither an edit nor another process says it again.
    graph.outlook.update(event, { start: onDay(4, 9) });
    await there.meetingThat(running, event.iCalUId, ({ start }) => start === onDay(4, 9).toISOString());
    running.kill('SIGTERM');
    await running.ended;
    const again = await there.start();
    await there.allRead(again);
    graph.outlook.update(event, { start: onDay(5, 9) });
    await there.meetingThat(again, event.iCalUId, ({ start }) => start === onDay(5, 9).toISOString());
    await graph.settled();
    expect(graph.replies).toHaveLength(1);

    graph.knobs.permissions.delete('Calendars.ReadWrite');
    graph.revokeTokens();
    const silent = bookIn(there, 'first', { organizer: denied, start: onDay(6, 9), end: onDay(6, 10) });
    const untold = await there.meetingThat(again, silent.iCalUId, has('organizer-not-told'));
    expect(words(untold, 'organizer-not-told')[0]?.reason).toMatch(/event: .*; mail: .*; reply: /);
  });
}, 120_000);

test.concurrent('a mail is known again after the loss of Redis, and a lost answer does not make a second one', async () => {
  const redis = await startRedis();
  const rooms = [{ mailbox: mailboxOf('first') }];
  const config = { invitation: { mail: { from: sender } } };
  try {
    await inWorld({ rooms, config, redisUrl: redis.url }, async (there, running) => {
      const { graph } = there;
      graph.addPerson(sender, 'Video');
      graph.fail({ kind: 'drop-after', method: 'POST', path: /sendMail/, mailbox: sender });
      const guest = 'guest@elsewhere.example';
      const event = bookIn(there, 'first', { organizer: guest });
      await there.meetingThat(running, event.iCalUId, has('organizer-mailed'), 60_000);
      expect(mailsTo(guest, '', there)).toHaveLength(1);

      await redis.redis.flushall();
      await there.meetingThat(running, event.iCalUId, has('organizer-mailed'), 60_000);
      await graph.settled();
      expect(mailsTo(guest, '', there)).toHaveLength(1);
    });
  } finally {
    await redis.close();
  }
}, 150_000);
