/** The page of reports in a real browser, over the built product and a simulated world. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/web/answers.ts';
import { Operator } from '../world/operator.ts';
import { type MeetingJson, type Product, World } from '../world/world.ts';
import { faultsOf, Visitor } from './visitor.ts';

/** Where it is about that hour, so that a day is not over in the midst of a test. */
function zoneAt(hour: number): string {
  const offset = hour - new Date().getUTCHours();
  return `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
}
const timezoneId = zoneAt(12);

let world: World;
let product: Product;
let visitor: Visitor;
beforeAll(async () => {
  world = await World.create({ conference: { setup: '2s' } });
  product = await world.start();
  visitor = await Visitor.come(product.admin);
  await world.allRead(product);
});
afterAll(async () => {
  await visitor?.leave();
  await world?.destroy();
});
afterEach(async () => expect(await visitor.closePages()).toEqual([]));

const chartOf = (page: Page, name: string) => page.getByRole('region', { name });
const focused = (page: Page) =>
  page.evaluate('document.activeElement.getAttribute("aria-label")') as Promise<string>;

test('on the first day it says what there will be to see, and of wrong days what is wrong', async () => {
  // Another zone than below: what was counted of a day is believed for a minute.
  const page = await visitor.open('/', { timezoneId: zoneAt(13) });
  await page.getByRole('link', { name: 'Reports' }).click();
  await page.getByRole('heading', { name: 'There is nothing to report yet' }).waitFor();
  await page.getByText(/^Nothing is known of 29 days: /).waitFor();
  expect(await faultsOf(page)).toEqual([]);

  await page.getByLabel('From').fill('2026-01-01');
  await page.getByLabel('To').fill('2025-12-31');
  await page.getByRole('alert').getByText('The first day comes first').waitFor();
  await page.getByRole('combobox', { name: 'Period' }).selectOption('Last 7 days');
  await page.getByText(/^Nothing is known of 6 days: /).waitFor();
  expect(new URL(page.url()).search).toBe('?days=7');
});

test('what was held is seen once it is counted, by sums, day and room, and leads to the meeting', async () => {
  const board: MeetingJson = await new Operator(world, product).opened('boardroom');
  const page = await visitor.open('/', { timezoneId });
  let asked = 0;
  // The answer of the server, as it is when the counting takes longer than a reader should wait.
  await page.route('**/api/reports?*', async (route) => {
    asked += 1;
    const response = await route.fetch();
    if (asked > 1) return await route.fulfill({ response });
    const answer = (await response.json()) as Report;
    const days = [...answer.days.slice(0, -1), { ...answer.days.at(-1), state: 'pending', figures: null }];
    return await route.fulfill({ response, json: { ...answer, days } });
  });
  await page.getByRole('link', { name: 'Reports' }).click();
  await page.getByText(/^One day is just being counted/).waitFor();
  const held = chartOf(page, 'Held against booked');
  await held.getByText(/^1 of 1 held, no no-show\./).waitFor();
  const tile = page.locator('dl > div').filter({ hasText: /^Booked/ });
  await tile.getByRole('link', { name: '1' }).waitFor();

  await held.getByRole('link', { name: /: 1 of 1 held, no no-show\. \(may still change\)$/ }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => focused(page)).toMatch(/: nothing is known$/);
  await page.keyboard.press('End');
  await expect.poll(() => focused(page)).toMatch(/: 1 of 1 held/);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: board.title }).waitFor();

  await page.goBack();
  await chartOf(page, 'Rooms').getByRole('link', { name: 'Board room', exact: true }).click();
  await page.getByRole('link', { name: board.title }).waitFor();
  expect(new URL(page.url()).searchParams.get('room')).toBe('boardroom@example.com');
});

test('each chart is a table too, rooms are sorted by what one wants, and a workbook is taken away', async () => {
  const page = await visitor.open('/reports?days=7', { timezoneId });
  const slots = chartOf(page, 'Use of slots of emea');
  await slots.getByRole('button', { name: /^As table: / }).click();
  const rows = slots.getByRole('row');
  await expect.poll(() => rows.count()).toBe(8);
  await rows.nth(1).getByText('may still change').waitFor();
  await rows.nth(2).getByText('nothing is known').waitFor();
  expect(await faultsOf(page)).toEqual([]);

  const byName = page.getByRole('columnheader', { name: 'Room', exact: true });
  await byName.getByRole('button').click();
  await expect.poll(() => byName.getAttribute('aria-sort')).toBe('ascending');
  await byName.getByRole('button').click();
  await expect.poll(() => byName.getAttribute('aria-sort')).toBe('descending');

  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Excel (XLSX)' }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^reports-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.xlsx$/);
  expect((await readFile(await file.path())).toString('latin1', 0, 2)).toBe('PK');
});

test('it is well made', async () => {
  await visitor.findsWellMade('/reports?days=7', (page) => chartOf(page, 'Held against booked').waitFor());
});
