/** `roombridge explain` and `roombridge audit` beside a running program. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, run } from '../world/command.ts';
import { onDay } from '../world/graph-side.ts';
import { organizer, type Product, World } from '../world/world.ts';

const board = 'boardroom@example.com';

let world: World;
let product: Product;
let config: string;
beforeAll(async () => {
  world = await World.create();
  product = await world.start();
  config = world.configFile('config.yaml');
  await world.allRead(product);
}, 60_000);
afterAll(() => world.destroy());

const roombridge = (command: string, ...args: string[]): Promise<Ended> =>
  run([command, '--config', config, ...args], { env: { CLIENT_SECRET: 'x' } });

test('an audit of what is told true finds nothing; what was lost it repairs and names', async () => {
  const event = world.graph.outlook.book({
    ...{ organizer, rooms: [board], subject: 'Budget', start: onDay(2, 9), end: onDay(2, 10) },
  });
  await world.meetingThat(product, event.iCalUId, ({ number }) => number !== null);
  await world.graph.settled(20_000);
  const all = await roombridge('audit');
  expect(all.stdout, all.stderr).toMatch(/^\d+ rooms audited, no difference\n$/);
  expect(all.code).toBe(0);
  const one = await roombridge('audit', '--room', board);
  expect([one.code, one.stdout]).toEqual([0, '1 room audited, no difference\n']);
  const { rooms } = await world.api<{ rooms: { mailbox: string; lastAudit: object | null }[] }>(
    product,
    '/api/rooms',
  );
  expect(rooms.find(({ mailbox }) => mailbox === board)?.lastAudit).toEqual({
    at: expect.any(String),
    differences: {},
  });
}, 60_000);

test('an entry is explained from the outside, and the program goes on', async () => {
  const event = world.graph.outlook.book({
    ...{ organizer, rooms: [board], subject: 'Plan', start: onDay(3, 9), end: onDay(3, 10) },
  });
  const { number } = await world.meetingThat(product, event.iCalUId, (one) => one.number !== null);
  const said = await roombridge('explain', '--room', board, '--event', event.iCalUId);
  expect(said.code, said.stderr).toBe(0);
  expect(said.stdout).toContain('title "Plan", from the organizer\'s copy');
  expect(said.stdout).toContain('so it is a booking that gets a conference');
  expect(said.stdout).toContain(`${number} on emea is reserved`);
}, 60_000);

test('bad usage is said, and so is a tenant that does not answer', async () => {
  const unknown = await roombridge('explain', '--room', 'nobody@example.com', '--event', 'x');
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    `nobody@example.com is not among the rooms of ${config}\n`,
  ]);
  const missing = await roombridge('explain', '--room', board);
  expect(missing.code).toBe(2);
  const noRoom = await roombridge('audit', '--room', 'nobody@example.com');
  expect(noRoom.code).toBe(2);
  world.graph.fail({ kind: 'status', status: 503, mailbox: board, times: 50 });
  const deaf = await roombridge('explain', '--room', board, '--event', 'x');
  expect(deaf.code).toBe(1);
  expect(deaf.stdout).toContain(`${board} cannot be read`);
}, 60_000);
