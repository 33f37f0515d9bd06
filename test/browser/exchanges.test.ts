/** What was asked and answered for a meeting, below the entries of its timeline, in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { inSeconds } from '../world/graph-side.ts';
import { organizer, type Product, until, World } from '../world/world.ts';
import { faultsOf, Visitor } from './visitor.ts';

let world: World;
let product: Product;
let visitor: Visitor;
let key: string;
let href: string;
beforeAll(async () => {
  world = await World.create();
  product = await world.start();
  const start = inSeconds(3_600);
  const end = new Date(start.getTime() + 600_000);
  const rooms = ['boardroom@example.com'];
  key = world.graph.outlook.book({ organizer, rooms, subject: 'Salaries', start, end }).iCalUId;
  href = `/meetings/${encodeURIComponent(key)}`;
  visitor = await Visitor.come(product.admin);
  await until(async () => ((await writtenBodies()) > 0 ? true : undefined), 90_000);
}, 150_000);
afterAll(async () => {
  await visitor?.leave();
  await world?.destroy();
});
afterEach(async () => expect(await visitor.closePages()).toEqual([]));

/** Of the organizer's event, as far as they are kept. */
async function writtenBodies(): Promise<number> {
  if ((await world.meeting(product, key)) === undefined) return 0;
  const path = `/api/meetings/${encodeURIComponent(key)}/exchanges`;
  const { exchanges } = await world.api<{ exchanges: { method: string }[] }>(product, path);
  return exchanges.filter(({ method }) => method === 'PATCH').length;
}

const unfolding = (page: Page) => page.getByRole('button', { name: /^Requests of: The invitation says/ });
const body = (page: Page) => page.getByText('body.content=');

test('an entry is unfolded and folded by the keyboard; before that nothing of it is loaded', async () => {
  const page = await visitor.open(href);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await unfolding(page).focus();
  expect(await unfolding(page).getAttribute('aria-expanded')).toBe('false');
  expect(asked.filter((url) => /\/exchanges/.test(url))).toEqual([]);
  await page.keyboard.press('Enter');
  await body(page).first().waitFor();
  expect(await unfolding(page).getAttribute('aria-expanded')).toBe('true');
  await page.getByText('client-request-id').first().waitFor();
  expect(await page.locator('.exchanges').textContent()).not.toContain('Salaries');
  expect(await faultsOf(page)).toEqual([]);
  await page.keyboard.press('Space');
  await body(page).first().waitFor({ state: 'detached' });
});

test('all are shown at once, and of one piece of work those alone, under an address that can be sent', async () => {
  const page = await visitor.open(href);
  await page.getByRole('switch', { name: 'With requests' }).check();
  await page.getByText('/users/boardroom@example.com/calendarView/delta').waitFor();
  await body(page).first().waitFor();
  const writing = page.getByRole('listitem').filter({ hasText: /The invitation says/ });
  await writing.getByRole('button', { name: 'Only this work' }).click();
  await page.getByText('calendarView/delta').waitFor({ state: 'detached' });
  await body(page).first().waitFor();
  const work = new URL(page.url()).searchParams.get('work') ?? '';
  expect(work).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}$/);
  const other = await visitor.open(`${href}?work=${work}`);
  await body(other).first().waitFor();
  expect(await other.getByText('calendarView/delta').count()).toBe(0);
  await other.getByRole('button', { name: 'Show everything' }).click();
  await other.getByRole('switch', { name: 'With requests' }).waitFor();
});

test('its id is copied', async () => {
  const page = await visitor.open(`${href}?requests=1`, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const copy = page.getByRole('button', { name: /^Copy [0-9a-f]{8}-[0-9a-f]{4}$/ }).first();
  const name = await copy.getAttribute('aria-label');
  await copy.click();
  await page.getByText('Copied').waitFor();
  expect(`Copy ${await page.evaluate('navigator.clipboard.readText()')}`).toBe(name);
});

test('it is well made', async () => {
  await visitor.findsWellMade(`${href}?requests=1`, (page) => body(page).first().waitFor());
});
