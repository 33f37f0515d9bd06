/** The administrators' pages in a real browser, over the built product and a simulated world. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { inSeconds } from '../world/graph-side.ts';
import { Operator } from '../world/operator.ts';
import { RedisProxy } from '../world/redis-proxy.ts';
import { type MeetingJson, organizer, type Product, World } from '../world/world.ts';
import { faultsOf, Visitor } from './visitor.ts';

let world: World;
let product: Product;
let visitor: Visitor;
beforeAll(async () => {
  world = await World.create({ conference: { setup: '2s' }, cms: { softwareVersion: '3.9.1', cdr: {} } });
  product = await world.start();
  visitor = await Visitor.come(product.admin);
  await world.allRead(product);
});
afterAll(async () => {
  await visitor?.leave();
  await world?.destroy();
});
afterEach(async () => expect(await visitor.closePages()).toEqual([]));

function book(subject: string, seconds: number, minutes: number, room = 'boardroom'): string {
  const start = inSeconds(seconds);
  return world.graph.outlook.book({
    ...{ organizer, rooms: [`${room}@example.com`], subject },
    ...{ start, end: new Date(start.getTime() + minutes * 60_000) },
  }).iCalUId;
}

test('the page of the present says that nothing is wrong, and hears of a meeting without being asked', async () => {
  const page = await visitor.open('/');
  await page.getByRole('heading', { name: /^Nothing is wrong\./ }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  const key = book('Budget round', 3_600, 60);
  const placed = await world.meetingThat(product, key, ({ number }) => number !== null);
  await page
    .getByRole('link', { name: new RegExp(`^Budget round: planned.*number ${placed.number}`) })
    .waitFor({ timeout: 1_500 });
  await page.getByRole('heading', { name: /The next opens at .*\d\d:\d\d/ }).waitFor();
});

test('a page that lost its connection says so, and misses nothing', async () => {
  const wire = await RedisProxy.start(product.admin);
  const page = await visitor.open('/', {}, wire.url.replace('redis:', 'http:'));
  await page.getByText('Live', { exact: true }).waitFor();
  wire.leadTo('http://127.0.0.1:1');
  await page.getByText(/^Connection lost/).waitFor();
  const key = book('Missed review', 7_200, 30, 'huddle');
  await world.meetingThat(product, key, ({ number }) => number !== null);
  wire.leadTo(product.admin);
  await page.getByRole('link', { name: /^Missed review: planned/ }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.close();
  await wire.close();
});

test('the keyboard alone leads through the day of the rooms', async () => {
  const page = await visitor.open('/');
  await page.getByRole('link', { name: /^Budget round: / }).waitFor();
  await page.getByRole('link', { name: 'Board room', exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  const focused = () => page.evaluate('document.activeElement.getAttribute("aria-label")');
  await expect.poll(focused).toMatch(/^Budget round/);
  await page.keyboard.press('ArrowDown');
  await expect.poll(focused).toMatch(/^Missed review/);
});

test('the page of the present is well made, and has a view for a wall', async () => {
  await visitor.findsWellMade('/', (page) => page.getByRole('link', { name: /^Budget round: / }).waitFor());
  const wall = await visitor.open('/?wall');
  await wall.getByRole('link', { name: /^Budget round: / }).waitFor();
  expect(await wall.getByRole('button').count()).toBe(0);
});

describe('a meeting', () => {
  let operator: Operator;
  let board: MeetingJson;
  let other: MeetingJson;
  beforeAll(async () => {
    operator = new Operator(world, product);
    [board, other] = await Promise.all([operator.opened('boardroom'), operator.opened('huddle')]);
    operator.join(board, 'Ann');
    operator.join(board, 'Pedro');
    await operator.knows(board, 3);
  });

  const openBoard = async () => {
    const page = await visitor.open('/meetings');
    await page.getByRole('searchbox', { name: 'Search' }).waitFor();
    await page.getByRole('link', { name: board.title }).click();
    await page.getByRole('heading', { name: board.title, level: 1 }).waitFor();
    await page.getByText('ann@x.example').first().waitFor();
    return page;
  };

  test('is found in two clicks, with what happened to it', async () => {
    const page = await openBoard();
    await page.getByText(/^Opened on localhost:\d+, .* after its time/).waitFor();
    await page.getByText(`Number ${board.number} is held for it on emea`).first().waitFor();
    await page.getByText(`${board.number}@meet.example.com`).first().waitFor();
  });

  test('is acted on with the name of who acts, and says what came of it', async () => {
    const page = await openBoard();
    await page.getByRole('checkbox', { name: 'Choose Ann' }).check();
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    const asked = page.getByRole('dialog', { name: 'Mute' });
    await asked.getByRole('textbox', { name: 'Your name' }).fill('olga');
    await asked.getByRole('button', { name: 'Mute' }).click();
    await page.getByText('Mute: done').waitFor();
    await page.getByText('olga: Mute – done').waitFor();
    await page.getByRole('img', { name: 'Muted' }).waitFor();
  });

  test('is extended by as much as is wanted, without being asked twice', async () => {
    const page = await openBoard();
    await page.evaluate(`localStorage.setItem('roombridge.settings', '{"name":"olga"}')`);
    await page.reload();
    await page.getByRole('button', { name: 'Extend' }).click();
    await page.getByRole('menuitem', { name: '15 min' }).click();
    await page.getByText('Extend: done').waitFor();
    await page.getByText('olga: Extend – done').waitFor();
  });

  test('somebody is moved to another meeting by dragging, once it was asked', async () => {
    const page = await openBoard();
    await page.evaluate(`localStorage.setItem('roombridge.settings', '{"name":"olga"}')`);
    await page.reload();
    const target = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: other.title }) });
    await target.waitFor();
    await page.getByRole('listitem').filter({ hasText: 'pedro@x.example' }).dragTo(target);
    const asked = page.getByRole('dialog', { name: 'Move' });
    await asked.getByText(/come into the other meeting: Pedro/).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await asked.getByRole('button', { name: 'Move' }).click();
    await page.getByText('Move: done').waitFor({ timeout: 30_000 });
    expect(operator.numbersOf('pedro@x.example')).toEqual([other.number]);
  });

  test('its end is asked for, and hangs up', async () => {
    const page = await openBoard();
    await page.evaluate(`localStorage.setItem('roombridge.settings', '{"name":"olga"}')`);
    await page.reload();
    await page.getByRole('button', { name: 'End', exact: true }).click();
    const asked = page.getByRole('dialog', { name: 'End' });
    await asked.getByText(/Everybody in “In boardroom” is put out/).waitFor();
    await asked.getByRole('button', { name: 'End' }).click();
    await page.getByText('Closed: an operator ended it').waitFor();
    expect(operator.numbersOf('ann@x.example')).toEqual([]);
  });

  test('and the list of meetings are well made', async () => {
    await visitor.findsWellMade('/meetings', (page) =>
      page.getByRole('link', { name: other.title }).waitFor(),
    );
    const path = `/meetings/${encodeURIComponent(other.key)}`;
    await visitor.findsWellMade(path, (page) => page.getByText('pedro@x.example').waitFor());
  });
});

test('a call bridge is taken out of service once it was seen what comes of it, and its ticket acknowledged', async () => {
  const page = await visitor.open('/bridges');
  await page.evaluate(`localStorage.setItem('roombridge.settings', '{"name":"olga"}')`);
  await page.reload();
  const bridge = page.getByRole('article').last();
  await bridge.getByText('up', { exact: true }).waitFor();
  await bridge.getByRole('button', { name: 'Take out of service' }).click();
  const asked = page.getByRole('dialog', { name: /^Take localhost:\d+ out of service$/ });
  await asked.getByText(/left without a place$/).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await asked.getByRole('button', { name: 'Take out of service' }).click();
  await bridge.getByText('taken out of service').waitFor();

  await page.getByRole('link', { name: /^Tickets/ }).click();
  const ticket = page.getByRole('listitem').filter({ hasText: 'call-bridge-drained' });
  await ticket.getByRole('button', { name: 'Acknowledge' }).focus();
  await page.keyboard.press('Enter');
  await ticket.getByRole('textbox', { name: 'Note' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type('A new disk, until noon');
  await page.keyboard.press('Enter');
  await ticket.getByText(/^Acknowledged by olga .*“A new disk, until noon”/).waitFor();
  await ticket.getByRole('button', { name: 'Another note' }).and(page.locator(':focus')).waitFor();

  await page.getByRole('link', { name: 'Bridges' }).click();
  await bridge.getByRole('button', { name: 'Put back into service' }).click();
  await bridge.getByText('up', { exact: true }).waitFor();

  await page.getByRole('link', { name: /^Tickets/ }).click();
  await ticket.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Closed' }).click();
  await ticket.getByText(/^Acknowledged by olga/).waitFor();
  const search = page.getByRole('searchbox', { name: 'Search' });
  await search.fill('no such ticket');
  await page.getByText('No ticket is like this.').waitFor();
  await search.fill('out of service');
  await ticket.waitFor();
});

test('a queue is paused only once it was asked in strong words, and goes on when it is resumed', async () => {
  const page = await visitor.open('/queue-states');
  const queue = page.getByRole('article', { name: 'conference' });
  await queue.getByRole('button', { name: 'Pause' }).click();
  const asked = page.getByRole('alertdialog', { name: 'Pause' });
  await asked.getByText(/^No conference will start/).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await asked.getByRole('button', { name: 'Pause' }).click();
  await queue.getByText('paused', { exact: true }).waitFor();
  await queue.getByRole('button', { name: 'Resume' }).click();
  await queue.getByRole('button', { name: 'Pause' }).waitFor();
});

test('single jobs of the queues are looked at in their own board', async () => {
  const page = await visitor.open('/queue-states');
  await page
    .getByRole('link', { name: /bull-board/ })
    .last()
    .click();
  for (const queue of ['calendar', 'conference', 'invitation', 'bridge'])
    await page.getByText(queue, { exact: false }).first().waitFor();
  // It would fetch its letters from elsewhere, and may not.
  for (const complaint of await visitor.closePages()) expect(complaint).toContain('fonts.googleapis.com');
});

test.each([
  ['/bridges', (page: Page) => page.getByText('in step').first().waitFor()],
  ['/rooms', (page: Page) => page.getByRole('link', { name: 'Board room' }).waitFor()],
  ['/tickets?state=all', (page: Page) => page.getByText('call-bridge-drained').waitFor()],
  [
    '/queue-states',
    (page: Page) => page.getByText('Brings each conference to where it should be.').waitFor(),
  ],
  ['/audit', (page: Page) => page.getByText('olga').first().waitFor()],
  ['/api-description', (page: Page) => page.getByText('/api/meetings/{key}/operations').waitFor()],
] as const)('%s is well made', async (path, ready) => {
  await visitor.findsWellMade(path, ready);
});

test('in Arabic everything is read from right to left', async () => {
  const page = await visitor.open('/', { locale: 'ar' });
  await page
    .getByRole('link', { name: /Budget round/ })
    .first()
    .waitFor();
  expect(await page.evaluate('document.documentElement.dir + document.documentElement.lang')).toBe('rtlar');
  expect(await faultsOf(page)).toEqual([]);
  const [first, second] = await Promise.all(
    ['الآن', 'الاجتماعات'].map((name) => page.getByRole('link', { name, exact: true }).boundingBox()),
  );
  expect(first?.x).toBeGreaterThan(second?.x ?? Number.POSITIVE_INFINITY);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
});
