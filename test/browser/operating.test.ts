/** Every action of the pages, pressed, and its effect as the simulated call bridges, Graph and Redis have it; by two processes. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keyPrefix } from '../../src/queues.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { asked } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { Operator } from '../world/operator.ts';
import { type MeetingJson, organizer, type Product, World } from '../world/world.ts';
import { returnsTheFocus } from './keyboard.ts';
import { Visitor } from './visitor.ts';

/** More than a list draws at once. */
const desks = Array.from({ length: 56 }, (_, index) => `desk${index}`);
const rooms = ['boardroom', 'huddle', 'studio', 'cellar', ...desks].map((name) => ({
  mailbox: `${name}@example.com`,
  ...(name === 'boardroom' ? { name: 'Board room', sip: 'boardroom@video.example.com' } : {}),
}));

/** Milliseconds, for a machine that has much else to do. */
const patience = 180_000;

let redis: TestRedis;
let world: World;
let receiver: Product;
let worker: Product;
let visitor: Visitor;
let operator: Operator;
let board: MeetingJson;
let other: MeetingJson;
let soon: MeetingJson;
beforeAll(async () => {
  redis = await startRedis();
  world = await World.create({
    ...{ rooms, redisUrl: redis.url, conference: { setup: '2s', earlyJoin: 'lobby' } },
    cms: { softwareVersion: '3.9.1', cdr: {} },
  });
  [receiver, worker] = await Promise.all([world.start('receiver', 'one'), world.start('worker', 'other')]);
  visitor = await Visitor.come(receiver.admin);
  await world.allRead(worker);
  operator = new Operator(world, worker);
  [board, other, soon] = await Promise.all([
    operator.opened('boardroom', 600),
    operator.opened('huddle', 600),
    book('studio'),
  ]);
  operator.join(board, 'Ann');
  operator.join(board, 'Pedro');
  await operator.knows(board, 3);
}, patience);
afterAll(async () => {
  await visitor?.leave();
  await world?.destroy();
  await redis?.close();
});
afterEach(async () => expect(await visitor.closePages()).toEqual([]));

/** A meeting that begins soon, once it has its number. */
async function book(room: string): Promise<MeetingJson> {
  const start = inSeconds(90);
  const event = { organizer, rooms: [`${room}@example.com`], subject: `In ${room}`, start };
  const { iCalUId } = world.graph.outlook.book({ ...event, end: new Date(start.getTime() + 600_000) });
  const isPlaced = ({ number, title }: MeetingJson) => number !== null && title === event.subject;
  return await world.meetingThat(worker, iCalUId, isPlaced, 30_000);
}

const open = async (meeting: MeetingJson, by = 'olga', at = receiver) => {
  const page = await visitor.openAs(by, `/meetings/${encodeURIComponent(meeting.key)}`, at.admin);
  await page.getByRole('heading', { name: meeting.title, level: 1 }).waitFor();
  return page;
};

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
/** From the menu of the conference, or of those who are chosen. */
async function choose(page: Page, of: 'conference' | 'people', name: string): Promise<void> {
  await page
    .getByRole('button', { name: 'More', exact: true })
    .nth(of === 'conference' ? 0 : 1)
    .click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}
/** Says what the dialog asks for, and means it. */
async function mean(page: Page, name: string, said: Readonly<Record<string, string>> = {}): Promise<void> {
  const dialog = page.getByRole('dialog', { name, exact: true });
  for (const [field, value] of Object.entries(said)) {
    const control = dialog.getByLabel(field, { exact: false });
    if ((await control.getAttribute('type')) === null && (await control.locator('option').count()) > 0)
      await control.selectOption(value);
    else await control.fill(value);
  }
  await dialog.getByRole('button', { name, exact: true }).click();
}
const isDone = (page: Page, what: string) => page.getByText(`${what}: done`, { exact: true }).waitFor();

const legs = () => world.cms.bridges.flatMap((bridge) => bridge.legs().map((leg) => ({ ...leg, bridge })));
const legOf = (uri: string) => legs().find(({ remoteParty }) => remoteParty === uri);
/** What a leg was told of one of its fields. */
const fieldOf = (uri: string, field: string) => {
  const leg = legOf(uri);
  return leg?.bridge.legField(leg.id, field);
};
const ann = 'ann@x.example';
const pedro = 'pedro@x.example';
const putTo = (what: 'calls' | 'participants', form: RegExp) =>
  asked(world.cms, { method: 'PUT', path: new RegExp(`/${what}/[^/]+$`, 'i'), form }).length;

test('of a conference as a whole', { timeout: patience }, async () => {
  const page = await open(board);
  await press(page, 'Message');
  await mean(page, 'Message', { Text: 'Ten minutes', Seconds: '30' });
  await isDone(page, 'Message');
  expect(putTo('calls', /messageText=Ten\+minutes.*messageDuration=30/)).toBe(1);

  await choose(page, 'conference', 'Layout for all');
  await mean(page, 'Layout for all', { Layout: 'stacked' });
  await isDone(page, 'Layout for all');
  expect([fieldOf(ann, 'chosenLayout'), fieldOf(pedro, 'chosenLayout')]).toEqual(['stacked', 'stacked']);

  await choose(page, 'conference', 'Mute all');
  await isDone(page, 'Mute all');
  expect([fieldOf(ann, 'rxAudioMute'), fieldOf(pedro, 'rxAudioMute')]).toEqual(['true', 'true']);

  for (const [on, off, field] of [
    ['Record', 'Stop recording', 'recording'],
    ['Stream', 'Stop streaming', 'streaming'],
  ] as const) {
    await choose(page, 'conference', on);
    await mean(page, on);
    await isDone(page, on);
    expect(putTo('calls', new RegExp(`${field}=true`))).toBe(1);
    await choose(page, 'conference', off);
    await isDone(page, off);
    expect(putTo('calls', new RegExp(`${field}=false`))).toBe(1);
  }

  await press(page, 'Call an address');
  await mean(page, 'Call an address', { Address: 'guest@video.example.com' });
  await isDone(page, 'Call an address');
  await operator.isOnlyIn('guest@video.example.com', board);

  await press(page, 'Lock');
  await isDone(page, 'Lock');
  operator.join(board, 'Cid');
  expect(legOf('cid@x.example')?.isDeactivated).toBe(true);
  await page.getByRole('listitem').filter({ hasText: 'cid@x.example' }).getByText('in the lobby').waitFor();
  await choose(page, 'conference', 'Admit all from the lobby');
  await isDone(page, 'Admit all from the lobby');
  expect(legOf('cid@x.example')?.isDeactivated).toBe(false);
  await press(page, 'Unlock');
  await isDone(page, 'Unlock');
  operator.join(board, 'Dan');
  expect(legOf('dan@x.example')?.isDeactivated).toBe(false);
});

test('of some who are in it, a room among them', { timeout: patience }, async () => {
  const page = await open(board);
  await page.getByRole('checkbox', { name: 'Choose Ann' }).check();
  await press(page, 'Unmute');
  await isDone(page, 'Unmute');
  expect([fieldOf(ann, 'rxAudioMute'), fieldOf(pedro, 'rxAudioMute')]).toEqual(['false', 'true']);
  await choose(page, 'people', 'Stop video');
  await isDone(page, 'Stop video');
  expect([fieldOf(ann, 'rxVideoMute'), fieldOf(pedro, 'rxVideoMute')]).toEqual(['true', undefined]);
  await choose(page, 'people', 'Start video');
  await isDone(page, 'Start video');
  expect(fieldOf(ann, 'rxVideoMute')).toBe('false');
  await choose(page, 'people', 'Layout');
  await mean(page, 'Layout', { Layout: 'onePlusN' });
  await isDone(page, 'Layout');
  expect([fieldOf(ann, 'chosenLayout'), fieldOf(pedro, 'chosenLayout')]).toEqual(['onePlusN', 'stacked']);
  await choose(page, 'people', 'Importance');
  await mean(page, 'Importance', { Importance: '7' });
  await isDone(page, 'Importance');
  await page.getByText('importance 7').waitFor();
  await choose(page, 'people', 'Send to the lobby');
  await mean(page, 'Send to the lobby');
  await isDone(page, 'Send to the lobby');
  expect(legOf(ann)?.isDeactivated).toBe(true);
  await choose(page, 'people', 'Admit');
  await isDone(page, 'Admit');
  expect(legOf(ann)?.isDeactivated).toBe(false);

  await page.getByRole('checkbox', { name: 'Choose Ann' }).uncheck();
  await page.getByRole('checkbox', { name: 'Choose Board room' }).check();
  await press(page, 'Put out');
  await mean(page, 'Put out');
  await isDone(page, 'Put out');
  expect(legOf('boardroom@video.example.com')).toBeUndefined();
  await press(page, 'Call a room again');
  await mean(page, 'Call a room again', { Room: 'boardroom@example.com' });
  await isDone(page, 'Call a room again');
  await operator.isOnlyIn('boardroom@video.example.com', board);
});

test('one acts by the keyboard alone, and another browser at another process sees it without being asked', {
  timeout: patience,
}, async () => {
  const [page, watched] = await Promise.all([open(board), open(board, 'otto', worker)]);
  const row = watched.getByRole('listitem').filter({ hasText: pedro });
  await row.getByRole('img', { name: 'Muted' }).waitFor();
  await page.getByRole('checkbox', { name: 'Choose Pedro' }).focus();
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: 'Choose Pedro', checked: true }).waitFor();
  await page.getByRole('button', { name: 'Unmute', exact: true }).focus();
  await page.keyboard.press('Enter');
  await row.getByRole('img', { name: 'Muted' }).waitFor({ state: 'detached' });
  await watched.getByText('olga: Unmute – done').nth(1).waitFor();

  await page.getByRole('button', { name: 'Move', exact: true }).focus();
  await page.keyboard.press('Enter');
  const target = page.getByRole('dialog', { name: 'Move' }).getByRole('combobox', { name: /^To which/ });
  await target.waitFor();
  await target.locator('option').nth(1).waitFor({ state: 'attached' });
  await target.focus();
  await page.keyboard.press('ArrowDown');
  expect(await target.inputValue()).toContain(other.key);
  await page.getByRole('dialog').getByRole('button', { name: 'Move', exact: true }).focus();
  await page.keyboard.press('Enter');
  await isDone(page, 'Move');
  await row.waitFor({ state: 'detached' });
  expect(operator.numbersOf(pedro)).toEqual([other.number]);
});

test('what opens over a page takes the focus, keeps it, and gives it back', {
  timeout: patience,
}, async () => {
  const page = await open(board);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await returnsTheFocus(button('Message'), page.getByRole('dialog', { name: 'Message' }));
  await returnsTheFocus(button('End'), page.getByRole('dialog', { name: 'End' }));
  await returnsTheFocus(button('More').first(), page.getByRole('dialog', { name: 'Record' }), {
    choice: page.getByRole('menuitem', { name: 'Record', exact: true }),
  });
  const settings = page.getByRole('button', { name: /Settings$/ });
  await returnsTheFocus(settings, page.getByRole('group', { name: 'Settings' }), { isModal: false });
  await page.getByRole('link', { name: 'Bridges' }).click();
  await returnsTheFocus(button('Take out of service').first(), page.getByRole('dialog', { name: /^Take / }));
  await page.getByRole('link', { name: 'Queues' }).click();
  await returnsTheFocus(button('Pause').first(), page.getByRole('alertdialog', { name: 'Pause' }));
});

test('a long list is one stop of the Tab key, and keeps the focus however far it is scrolled', {
  timeout: patience,
}, async () => {
  const page = await visitor.open('/rooms');
  const last = page.getByRole('row').filter({ has: page.locator(':focus') });
  const place = () => last.getAttribute('aria-rowindex');
  const rows = page.getByRole('grid', { name: 'Rooms' });
  await rows.getByRole('link').first().focus();
  await page.keyboard.press('Control+End');
  await expect.poll(place, { timeout: 30_000 }).toBe(String(rooms.length + 1));
  await rows.evaluate((list) => list.scrollTo(0, 0));
  await page.getByRole('row').nth(1).and(page.locator('[aria-rowindex="2"]')).waitFor();
  expect(await place()).toBe(String(rooms.length + 1));
  expect(await page.getByRole('row').count()).toBeLessThan(rooms.length);
  await page.keyboard.press('Tab');
  expect(await last.count()).toBe(0);
  await page.keyboard.press('Shift+Tab');
  expect(await place()).toBe(String(rooms.length + 1));
});

test('a meeting is started before its time', { timeout: patience }, async () => {
  const page = await open(soon);
  await press(page, 'Start now');
  await isDone(page, 'Start now');
  await page.getByText(/^Opened on localhost:\d+/).waitFor();
  expect((await operator.read(soon)).state).toBe('open');
});

test('what fails in a queue is tried again, or dropped', { timeout: patience }, async () => {
  const mailbox = 'cellar@example.com';
  const read = `${keyPrefix}:room:${mailbox}:sync`;
  const spoil = async () => {
    await redis.redis.set(read, 'nonsense');
    await fetch(`${receiver.admin}/api/queues/calendar/actions`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ do: 'retry', key: mailbox }),
    });
  };
  type Log = { entries: { what: string; said: object; outcome: string }[] };
  const asked = async (what: string) =>
    (await world.api<Log>(worker, '/api/audit-log')).entries.filter(
      ({ said }) => JSON.stringify(said) === JSON.stringify({ do: what, key: mailbox }),
    ).length;
  await spoil();
  const page = await visitor.openAs('olga', '/queue-states');
  const queue = page.getByRole('article', { name: 'calendar' });
  const failing = queue.getByRole('listitem').filter({ hasText: mailbox });
  await failing.getByText(/WRONGTYPE/).waitFor();
  const before = await asked('retry');
  await failing.getByRole('button', { name: 'Try now' }).click();
  await expect.poll(() => asked('retry'), { timeout: 30_000 }).toBe(before + 1);
  await redis.redis.del(read);
  await failing.waitFor({ state: 'detached' });
  await spoil();
  await failing.getByRole('button', { name: 'Drop' }).click();
  const sure = page.getByRole('alertdialog', { name: 'Drop' });
  await sure.getByText(new RegExp(`^It is not tried any more\\..*${mailbox}$`)).waitFor();
  await sure.getByRole('button', { name: 'Drop' }).click();
  await failing.waitFor({ state: 'detached' });
  expect(await asked('drop')).toBe(1);
  await redis.redis.del(read);
});
