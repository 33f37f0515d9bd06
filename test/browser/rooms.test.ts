/** The page of one room in a real browser: it is read when somebody wants it, and says why an entry is a meeting or not. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onDay } from '../world/graph-side.ts';
import { organizer, type Product, World } from '../world/world.ts';
import { faultsOf, Visitor } from './visitor.ts';

const [boardroom, huddle] = ['boardroom@example.com', 'huddle@example.com'];

let world: World;
let product: Product;
let visitor: Visitor;
beforeAll(async () => {
  world = await World.create();
  product = await world.start();
  visitor = await Visitor.come(product.admin);
  await world.allRead(product);
});
afterAll(async () => {
  await visitor?.leave();
  await world?.destroy();
});
afterEach(async () => expect(await visitor.closePages()).toEqual([]));

const book = (mailbox: string, subject: string, hour: number) =>
  world.graph.outlook.book({
    ...{ organizer, rooms: [mailbox], subject },
    ...{ start: onDay(2, hour), end: onDay(2, hour, 45) },
  });

const pathOf = (mailbox: string) => `/rooms/${encodeURIComponent(mailbox)}`;

test('what Microsoft 365 does not tell of is found when somebody has the room read, and that is suspicious', async () => {
  const page = await visitor.open('/rooms');
  await page.getByRole('link', { name: 'Board room' }).click();
  await page.getByRole('heading', { name: 'Board room', level: 1 }).waitFor();
  await page.getByText('It is subscribed to, and nothing has changed since.').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  const settings = await page.getByRole('button', { name: 'Settings' }).boundingBox();
  expect((settings?.x ?? 0) + (settings?.width ?? 0), 'at the edge').toBeGreaterThan(1_440 - 30);
  expect(settings?.width, 'no wider than its sign').toBeLessThan(60);
  world.graph.knobs.dropNotifications = true;
  book(boardroom, 'Found by asking', 9);
  await world.graph.settled();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('A change was found by reading just now.').waitFor();
  await page
    .getByRole('status')
    .filter({ hasText: /^Read at / })
    .waitFor();
  await page.getByRole('link', { name: /Found by asking/ }).waitFor();
  await page.getByRole('button', { name: /Found by asking.*planned/ }).click();
  await page.getByText('It gets a conference', { exact: true }).waitFor();
  await page.getByText(/^809910\d\d on emea is reserved\.$/).waitFor();
  world.graph.knobs.dropNotifications = false;
});

test('an entry that is no meeting says which rule decides, and when it cannot be asked for', async () => {
  const room = world.graph.rooms.get(huddle);
  if (room === undefined) throw new Error('it is a room');
  room.policy = 'declineAll';
  const page = await visitor.open(pathOf(huddle));
  await page.getByText('Its calendar has no entry in this week.').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  book(huddle, 'Unwanted', 11);
  const entry = page.getByRole('button', { name: /declined by the room$/ });
  await entry.waitFor();
  world.graph.knobs.deniedMailboxes.add(huddle);
  await entry.click();
  await page.getByText('Microsoft 365 does not let Roombridge look at it.').waitFor();
  world.graph.knobs.deniedMailboxes.delete(huddle);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('It gets no conference: declined by the room').waitFor();
  await page.getByText('The room has declined.').waitFor();
  await page.getByText("“Unwanted”, as the organizer's copy has it").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  const { search } = new URL(page.url());
  await visitor.findsWellMade(`${pathOf(huddle)}${search}`, (again) =>
    again.getByText('The room has declined.').waitFor(),
  );
});

test('a room that is not configured is not there', async () => {
  const page = await visitor.open(pathOf('nobody@example.com'));
  await page.getByText('No room has this mailbox.').waitFor();
});
