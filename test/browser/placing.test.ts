/** What may be done about a meeting's number, its call bridge and its invitation, in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ToldStore } from '../../src/redis/told.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { bodyWrites, inSeconds } from '../world/graph-side.ts';
import { Operator } from '../world/operator.ts';
import { type MeetingJson, organizer, type Product, World } from '../world/world.ts';
import { faultsOf, Visitor } from './visitor.ts';

let redis: TestRedis;
let world: World;
let product: Product;
let operator: Operator;
let visitor: Visitor;
let planned: MeetingJson;
beforeAll(async () => {
  redis = await startRedis();
  const options = { conference: { setup: '2s' }, cms: { softwareVersion: '3.9.1', cdr: {} } };
  world = await World.create({ redisUrl: redis.url, ...options });
  product = await world.start();
  visitor = await Visitor.come(product.admin);
  operator = new Operator(world, product);
  const start = inSeconds(7_200);
  const end = new Date(start.getTime() + 3_600_000);
  const { iCalUId } = world.graph.outlook.book({
    ...{ organizer, rooms: ['huddle@example.com'], subject: 'Plans', start, end },
  });
  const isTold = ({ timeline = [] }: MeetingJson) =>
    timeline.some(({ what }) => what === 'invitation-written');
  planned = await world.meetingThat(product, iCalUId, isTold, 60_000);
});
afterAll(async () => {
  await visitor?.leave();
  await world?.destroy();
  await redis?.close();
});
afterEach(async () => expect(await visitor.closePages()).toEqual([]));

const pathOf = ({ key }: MeetingJson) => `/meetings/${encodeURIComponent(key)}`;

/** Somebody who has said who they are. */
async function look(meeting: MeetingJson): Promise<Page> {
  const page = await visitor.open(pathOf(meeting));
  await page.evaluate(`localStorage.setItem('roombridge.settings', '{"name":"olga"}')`);
  await page.reload();
  await page.getByRole('heading', { name: meeting.title, level: 1 }).waitFor();
  return page;
}

/** As if the organizer had been told long ago. */
async function toldLongAgo({ key }: MeetingJson): Promise<void> {
  const store = new ToldStore(redis.redis);
  const { told, ...ledger } = await store.load(key);
  if (told === undefined) throw new Error('nobody was told anything');
  await store.save(key, { ...ledger, told: { ...told, at: told.at - 3_600_000 } }, 7_200_000);
}

test('the invitation is shown as it was sent, and sent again once; pressed again it is said that it just was', async () => {
  const page = await look(planned);
  const invitation = page.getByRole('region', { name: 'The invitation' });
  await invitation.getByText(/^Written into the organizer's event/).waitFor();
  const said = await invitation.getByRole('blockquote').textContent();
  expect(said).toContain(planned.number);
  expect(said).toContain(planned.passcode);
  await toldLongAgo(planned);
  const written = bodyWrites(world.graph, organizer).length;
  const again = invitation.getByRole('button', { name: 'Send the invitation again' });
  await again.click();
  await page.getByText('Send the invitation again: done').waitFor();
  await page.getByText('The invitation was written again, and goes to everybody who is invited.').waitFor();
  await page.getByText('olga: Send the invitation again – done').waitFor();
  await again.click();
  await page.getByText('Send the invitation again: not done').waitFor();
  await page.getByText('The organizer was told just now; nothing was sent again.').first().waitFor();
  expect(bodyWrites(world.graph, organizer)).toHaveLength(written + 1);
});

test('another number is given once it was asked, and the invitation tells it', async () => {
  const page = await look(planned);
  await page.getByRole('button', { name: 'Give it another number' }).click();
  const asked = page.getByRole('dialog', { name: 'Give it another number' });
  await asked.getByText(new RegExp(`^“Plans” gives up number ${planned.number} `)).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await asked.getByRole('button', { name: 'Give it another number' }).click();
  await page.getByText(/Its number is \d+ now\./).waitFor();
  const { number } = await operator.read(planned);
  expect(number).not.toBe(planned.number);
  await page.getByText(`Its number is ${number} now.`).waitFor();
  const invitation = page.getByRole('region', { name: 'The invitation' });
  await invitation.getByRole('blockquote').getByText(String(number)).first().waitFor();
});

test('what runs goes on at another call bridge once it was asked, with its number', async () => {
  const meeting = await operator.opened('boardroom');
  operator.join(meeting, 'Ann');
  await operator.knows(meeting, 2);
  const page = await look(meeting);
  await page.getByRole('button', { name: 'More' }).first().click();
  await page.getByRole('menuitem', { name: 'Move to another call bridge' }).click();
  const asked = page.getByRole('dialog', { name: 'Move to another call bridge' });
  await asked.getByText(/^Everybody in “In boardroom” is put out/).waitFor();
  const [first, second] = world.cms.bridges;
  const { host } = new URL(second?.url ?? '');
  await asked.getByRole('combobox', { name: 'Call bridge' }).selectOption(host);
  expect(await asked.getByRole('option').allInnerTexts()).not.toContain(new URL(first?.url ?? '').host);
  expect(await faultsOf(page)).toEqual([]);
  await asked.getByRole('button', { name: 'Move to another call bridge' }).click();
  await page.getByText(`It runs on ${host} now, and its rooms are called again.`).waitFor();
  await page.getByText('olga: Move to another call bridge – done').waitFor();
  expect(await operator.read(meeting)).toMatchObject({ number: meeting.number, callBridge: second?.url });
  const callsOf = () => world.cms.bridges.map((bridge) => bridge.calls().length);
  await expect.poll(callsOf).toEqual([0, 1]);
});

test('the page of a meeting that is to come is well made', async () => {
  await visitor.findsWellMade(pathOf(planned), (page) => page.getByRole('blockquote').waitFor());
});
