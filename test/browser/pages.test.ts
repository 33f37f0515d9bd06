/** The pages that an administrator opens, in a real browser. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organizer, type Product, World } from '../world/world.ts';
import { openBrowser } from './chromium.ts';

let world: World;
let product: Product;
let browser: Browser;
beforeAll(async () => {
  world = await World.create();
  [product, browser] = await Promise.all([world.start(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.destroy();
});

async function open(path: string, name: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    if (request.url().startsWith(product.admin)) complaints.push(`${request.url()} failed`);
  });
  await page.goto(product.admin + path, { waitUntil: 'load' });
  const folder = join(world.folder, 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  return { page, complaints };
}

test('the queues are shown with what waits in them', async () => {
  const start = new Date(Date.now() + 3_600_000);
  const end = new Date(start.getTime() + 1_800_000);
  const event = world.graph.outlook.book({
    organizer,
    rooms: ['boardroom@example.com'],
    subject: 'Board',
    start,
    end,
  });
  await world.meetingThat(product, event.iCalUId, ({ number }) => number !== null);
  const { page, complaints } = await open('/queues', 'queues');
  for (const queue of ['calendar', 'conference', 'invitation', 'bridge']) {
    await page.getByText(queue, { exact: false }).first().waitFor();
  }
  expect(complaints).toEqual([]);
});
