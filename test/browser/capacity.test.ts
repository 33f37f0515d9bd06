/** The days to come of a cluster in a real browser: how full each quarter of an hour is, and who holds which number in it. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onDay } from '../world/graph-side.ts';
import { type MeetingJson, organizer, type Product, World } from '../world/world.ts';
import { Visitor } from './visitor.ts';

/** The day after tomorrow, whatever day it becomes meanwhile. */
const midnight = onDay(2, 0).getTime();
const at = (hour: number) => new Date(midnight + hour * 3_600_000);
const names = ['Atlas', 'Borea', 'Ceres', 'Dione', 'Europa'];

let world: World;
let product: Product;
let visitor: Visitor;
let placed: MeetingJson[];
beforeAll(async () => {
  world = await World.create({
    quantity: 5,
    conference: { setup: '5m', teardown: '5m' },
    rooms: names.map((name) => ({
      ...{ name, mailbox: `${name.toLowerCase()}@example.com` },
      sip: `${name.toLowerCase()}@video.example.com`,
    })),
  });
  product = await world.start();
  visitor = await Visitor.come(product.admin);
  await world.allRead(product);
  const all = [
    ...names.map((name) => book(name, `Nine at ${name}`, 9)),
    book('Atlas', 'Alone at noon', 12),
    book('Borea', 'Two at three', 15),
    book('Ceres', 'Three at three', 15),
  ];
  placed = await Promise.all(
    all.map((key) =>
      world.meetingThat(product, key, ({ number, title }) => number !== null && title !== 'Meeting'),
    ),
  );
});
afterAll(async () => {
  await visitor?.leave();
  await world?.destroy();
});
afterEach(async () => expect(await visitor.closePages()).toEqual([]));

/** For an hour. */
function book(room: string, subject: string, hour: number): string {
  return world.graph.outlook.book({
    ...{ organizer, rooms: [`${room.toLowerCase()}@example.com`], subject },
    ...{ start: at(hour), end: at(hour + 1) },
  }).iCalUId;
}

const dayOf = (page: Page) => page.getByRole('listitem').filter({ hasText: /Tightest/ });
const strip = (page: Page) => dayOf(page).getByRole('slider');
const said = (page: Page) => strip(page).getAttribute('aria-valuetext');

test('says what is the tightest of each day, and leads from it to those who hold the numbers', async () => {
  const page = await visitor.open('/bridges', { timezoneId: 'UTC' });
  await page.getByRole('link', { name: 'Slots and capacity of emea' }).click();
  await page.getByText(/^Nearly all slots are held in \d+ quarter-hours, first at .*08:45/).waitFor();
  expect(await page.getByRole('slider').count()).toBe(7);
  await dayOf(page).getByText('Tightest at 08:45: 5 of 5 slots held – too few').waitFor();

  await strip(page).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => said(page)).toBe('09:00: 5 of 5 slots held – too few');
  await page.getByRole('heading', { name: /09:00 – 09:15/ }).waitFor();
  for (const { number, title } of placed.slice(0, 5)) {
    const line = page.getByRole('listitem').filter({ hasText: String(number) });
    await line.getByRole('link', { name: title }).waitFor();
  }
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageUp');
  await expect.poll(() => said(page)).toBe('12:00: 1 of 5 slots held');
  await page.getByRole('button', { name: 'A quarter-hour earlier' }).click();
  await page.getByRole('heading', { name: /11:45 – 12:00/ }).waitFor();
  await page.getByRole('link', { name: 'Alone at noon' }).click();
  await page.getByRole('heading', { name: 'Alone at noon', level: 1 }).waitFor();
});

test('a press on a strip chooses the quarter-hour there, and its address can be given to others', async () => {
  const page = await visitor.open('/bridges/emea', { timezoneId: 'UTC' });
  await dayOf(page).waitFor();
  const box = await strip(page).boundingBox();
  if (box === null) throw new Error('the strip is not shown');
  await page.mouse.click(box.x + (box.width * (15 * 4 + 1.5)) / 96, box.y + box.height / 2);
  await expect.poll(() => said(page)).toBe('15:15: 2 of 5 slots held');
  await page.getByRole('link', { name: 'Three at three' }).waitFor();
  const { pathname, search } = new URL(page.url());
  const other = await visitor.open(pathname + search, { timezoneId: 'Europe/Berlin' });
  await other.getByRole('heading', { name: /16:15 – 16:30/ }).waitFor();
  await other.getByRole('link', { name: 'Two at three' }).waitFor();

  await page.getByRole('radio', { name: 'Ports' }).check();
  await expect.poll(() => said(page)).toBe('15:15: 2 ports expected');
  await page.getByText(/no participantLimit is set there/).waitFor();
});

test('hears of what is booked meanwhile', async () => {
  const page = await visitor.open(`/bridges/emea?at=${at(18).toISOString()}`, { timezoneId: 'UTC' });
  await page.getByText('No number is held then.').waitFor();
  book('Dione', 'Late at six', 18);
  await page.getByRole('link', { name: /^(Late at six|Meeting)$/ }).waitFor();
});

test('is well made, also from right to left', async () => {
  await visitor.findsWellMade(`/bridges/emea?at=${at(9).toISOString()}`, (page) =>
    page.getByRole('link', { name: 'Nine at Atlas' }).waitFor(),
  );
  const page = await visitor.open('/bridges/emea', { locale: 'ar', timezoneId: 'UTC' });
  const arabic = page.getByRole('listitem').filter({ hasText: 'غير كافٍ' }).getByRole('slider');
  await arabic.focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => arabic.getAttribute('aria-valuetext')).toMatch(/09:00/);
});
