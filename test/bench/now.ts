/**
 * What the page of the present takes of a browser and of the server with very many rooms while their meetings change all the
 * time: the main thread for each frame of scrolling, beside a bare list of as many rows and beside the page while nothing
 * changes; how soon a change is seen; whether memory grows; what is asked; and what those who look cost the product.
 *
 *     node dist/test/bench/now.js [--minutes 10] [--rooms 5000] [--meetings 8] [--changes 20] [--speed 14] [--profile DIR]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { connect } from '../../src/redis/connection.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { RoomStore } from '../../src/redis/rooms.ts';
import { openBrowser } from '../browser/chromium.ts';
import { type Product, World } from '../world/world.ts';
import { Asked, Follower } from './asked.ts';
import { bareList } from './bare-list.ts';
import { BusyDay, busyRooms } from './busy-day.ts';
import { Changing } from './changing.ts';
import { withCleanUp } from './clean-up.ts';
import { figure, pause, say } from './figures.ts';
import { askedTable, costTable, framesTable, memoryTable, type Part, seenTable } from './now-tables.ts';
import { RedisServer } from './redis-server.ts';
import { keep, readTables } from './results.ts';
import { cpuSeconds, redisUsage } from './usage.ts';
import { WatchedPage } from './watched-page.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rooms: { type: 'string', default: '5000' },
    /** Of each room; two and a half hours from one to the next. */
    meetings: { type: 'string', default: '8' },
    /** A second. */
    changes: { type: 'string', default: '20' },
    /** Pixels a frame, of which there are sixty in a second where nothing is in their way; a row has 40. */
    speed: { type: 'string', default: '14' },
    /** Pages that stand open beside, for what they cost the product. */
    pages: { type: 'string', default: '10' },
    /** Of each part that is measured beside the long one; seconds. */
    part: { type: 'string', default: '30' },
    /** Writes a CPU profile of the page into this folder. */
    profile: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const count = Number(values.rooms);
const perRoom = Number(values.meetings);
const rate = Number(values.changes);
const speed = Number(values.speed);
const pages = Number(values.pages);
const part = Number(values.part) * 1_000;
const traced = 8_000;

const minute = 60_000;
/** Rows at the top of a page that nobody scrolls. */
const rowsAtTop = 12;

async function showNow(page: Page, product: Product): Promise<void> {
  await page.goto(product.admin);
  await page.locator('.row .bar').first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
}

async function measured(
  browser: Browser,
  watched: WatchedPage,
  name: string,
  measure: () => Promise<Part['scrolled']>,
): Promise<Part> {
  const scrolled = await measure();
  const frames = await watched.trace(browser, traced, speed);
  const made = { name, scrolled, frames, load: loadavg()[0] ?? Number.NaN };
  say(`  ${name}: ${figure(scrolled.all, 'ms')} a frame, load ${made.load.toFixed(1)}`);
  return made;
}

/** Seconds of the processor a second, of the product and of Redis, and how many commands of Redis. */
async function cost(name: string, product: Product, redis: ReturnType<typeof connect>, ms: number) {
  const [cpu, usage, begun] = [cpuSeconds(product.pid), await redisUsage(redis), performance.now()];
  await pause(ms);
  const after = await redisUsage(redis);
  const seconds = (performance.now() - begun) / 1_000;
  return {
    name,
    product: (cpuSeconds(product.pid) - cpu) / seconds,
    redis: (after.cpu - usage.cpu) / seconds,
    commands: (after.commands - usage.commands) / seconds,
  };
}

await withCleanUp(async (onEnd) => {
  const server = await RedisServer.start();
  onEnd(() => server.stop());
  const redis = connect(server.url);
  onEnd(async () => redis.disconnect());
  const lease = { hash: 'bench:lease', field: 'run', holder: 'bench' };
  await redis.hset(lease.hash, lease.field, lease.holder);
  const rooms = busyRooms(count);
  const day = new BusyDay(new MeetingStore(redis), lease, rooms, perRoom, Date.now());
  say(`${count} rooms with ${day.count} meetings are written …`);
  await day.write(new RoomStore(redis));
  const world = await World.create({ rooms, redisUrl: server.url, log: { level: 'info', format: 'json' } });
  onEnd(() => world.destroy());
  const product = await world.start('receiver');
  const browser = await openBrowser();
  onEnd(() => browser.close());
  const parts: Part[] = [];

  const bare = await WatchedPage.open(browser, (page) => page.setContent(bareList(count, 4)));
  parts.push(await measured(browser, bare, 'bare list', () => bare.scroll(part, speed)));
  await bare.close();

  const watched = await WatchedPage.open(browser, (page) => showNow(page, product));
  const still = 'the page, nothing changes';
  parts.push(await measured(browser, watched, still, () => watched.scroll(part, speed)));

  const changing = new Changing(day, rate, count);
  onEnd(() => changing.stop());
  changing.start({ atTop: rowsAtTop, inSight: async () => Math.floor((await watched.place()) / 40) });
  const costs = [];
  const standing = await WatchedPage.open(browser, (page) => showNow(page, product));
  await standing.page.evaluate(changing.seer);
  const [asked, askedStanding] = [new Asked(watched.page), new Asked(standing.page)];
  const memories = [await watched.memory()];
  say(`the page is scrolled for ${minutes} minutes, ${rate} changes a second, ${day.open} conferences run …`);
  const long = async () => {
    const each = [];
    const whole = cost('one page scrolled, one standing', product, redis, minutes * minute);
    for (let i = 0; i < minutes; i += 1) {
      each.push(await watched.scroll(Math.min(minute, minutes * minute), speed));
      memories.push(await watched.memory());
      const { heap } = memories.at(-1) ?? { heap: Number.NaN };
      say(
        `  ${i + 1} min: ${figure(each.at(-1)?.all ?? 0, 'ms')} a frame, ${(heap / 2 ** 20).toFixed(2)} MB`,
      );
    }
    costs.push(await whole);
    return WatchedPage.together(each);
  };
  parts.push(await measured(browser, watched, `the page, ${rate} changes a second`, long));
  const [scrolledAsked, standingAsked] = [asked.take(), askedStanding.take()];
  if (values.profile !== undefined) {
    mkdirSync(values.profile, { recursive: true });
    const profile = await watched.profiled(() => watched.scroll(part, speed));
    writeFileSync(join(values.profile, 'now.cpuprofile'), JSON.stringify(profile));
  }
  await watched.close();
  const rest = await standing.rest(part);
  const waits = changing.waits((await standing.page.evaluate('seen')) as [string, number][]);
  await standing.close();

  costs.unshift(await cost('nobody looks', product, redis, part));
  const { last } = await world.api<{ last: string }>(product, '/api/now');
  const followers = Array.from({ length: pages }, () => new Follower());
  onEnd(async () => followers.map((one) => one.leave()));
  for (const one of followers) {
    await one.follow(product.admin, last);
    for (const { path, url, count: times } of standingAsked.requests)
      if (path !== '/api/changes') one.ask(url, times / standingAsked.seconds);
  }
  costs.push(await cost(`${pages} pages stand open`, product, redis, part));
  await changing.stop();

  const printed = [
    framesTable(parts),
    memoryTable(memories),
    seenTable(waits, changing.made, rest),
    askedTable([
      ['scrolled', scrolledAsked],
      ['standing', standingAsked],
    ]),
    costTable(costs),
  ].join('\n\n');
  say(`\n${printed}`);
  keep('now', { rooms: rooms.length }, readTables(printed));
});
