/**
 * Takes the pictures of the README: a simulated company in the middle of its morning, a call bridge that is lost while
 * meetings run, and the pages in a real browser.
 *
 *     node dist/test/demo/pictures.js FOLDER
 *
 * Meetings begin at quarters of an hour, so that it may wait for up to sixteen minutes.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Closer, withCleanUp } from '../bench/clean-up.ts';
import { openBrowser } from '../browser/chromium.ts';
import { Operator } from '../world/operator.ts';
import { type MeetingJson, type Product, World } from '../world/world.ts';

const minute = 60_000;
const quarter = 15 * minute;

const names = [
  ...['Amazon', 'Board room', 'Danube', 'Douro', 'Elbe', 'Huddle', 'Mekong', 'Nile', 'Rhine', 'Seine'],
  ...['Studio', 'Thames', 'Tiber', 'Vistula'],
];
const userOf = (name: string) => name.toLowerCase().replace(' ', '');
const mailboxOf = (name: string) => `${userOf(name)}@example.com`;
const rooms = names.map((name) => ({
  ...{ mailbox: mailboxOf(name), name, sip: `${userOf(name)}@video.example.com` },
}));

/** Rooms, the quarter of an hour from the first one, and how many of them. */
const plan: readonly (readonly [title: string, rooms: readonly string[], from: number, quarters: number])[] =
  [
    ['Quarterly figures', ['Board room', 'Rhine'], 0, 4],
    ['Weekly planning', ['Danube'], 0, 2],
    ['Design review', ['Seine', 'Studio'], 0, 3],
    ['Supplier call', ['Thames'], 0, 2],
    ['Stand-up', ['Huddle'], 1, 1],
    ['Interview', ['Douro'], 1, 4],
    ['Budget round', ['Elbe'], 2, 4],
    ['Works council', ['Amazon'], 4, 6],
    ['Roadmap', ['Danube', 'Nile'], 4, 4],
    ['Customer visit', ['Board room'], 6, 8],
    ['Release board', ['Mekong'], 3, 2],
    ['One to one', ['Huddle'], 4, 2],
    ['Retrospective', ['Tiber'], 8, 4],
    ['Training', ['Vistula', 'Studio'], 10, 12],
    ['Town hall rehearsal', ['Nile'], 12, 4],
    ['Architecture', ['Seine'], 6, 6],
    ['Hiring panel', ['Rhine'], 8, 3],
    ['Security review', ['Elbe'], 10, 4],
    ['Partner call', ['Thames'], 5, 3],
    ['Sales pipeline', ['Mekong'], 9, 4],
  ];

/** Where it is now about half past nine, as in the offices that are shown. */
function zoneOfTheMorning(): string {
  const ahead = (9 - new Date().getUTCHours() + 24) % 24;
  const hours = ahead > 12 ? ahead - 24 : ahead;
  // In these names the sign is the other way round.
  return hours === 0 ? 'Etc/UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

async function takeAll(folder: string, browser: Browser, { admin }: Product, shown: MeetingJson) {
  const timezoneId = zoneOfTheMorning();
  const take = async (
    name: string,
    path: string,
    options: BrowserContextOptions,
    ready?: (page: Page) => Promise<void>,
  ) => {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId, ...options });
    const page = await context.newPage();
    await page.goto(admin + path);
    await page.getByRole('heading', { level: 1 }).or(page.getByRole('main')).first().waitFor();
    await ready?.(page);
    // Fonts, and what is drawn once its size is known.
    await pause(1_500);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  };
  const desktop = { viewport: { width: 1280, height: 800 } } as const;
  const dark = { colorScheme: 'dark' } as const;
  const meeting = `/meetings/${encodeURIComponent(shown.key)}`;
  await take('now', '/', desktop);
  await take('meeting', meeting, desktop);
  await take('wall', '/?wall', { viewport: { width: 1920, height: 1080 }, ...dark });
  await take('arabic', '/', { ...desktop, locale: 'ar' });
  await take('phone', '/', { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 });
}

async function play(folder: string, onEnd: (closer: Closer) => void): Promise<void> {
  const world = await World.create({
    ...{ rooms, quantity: 60, conference: { setup: '10s', teardown: '5m', lead: '5s' } },
    cms: { softwareVersion: '3.9.1', cdr: {}, events: {} },
    graph: {
      people: ['Ann Weber', 'Tim Kratzke', 'Lena Sorel', 'Marc Oyelaran'].map((name) => ({
        mailbox: `${userOf(name.split(' ')[0] ?? '')}@example.com`,
        name,
      })),
    },
    log: { level: 'info', format: 'json' },
    logFile: 'roombridge.log',
  });
  onEnd(() => world.destroy());
  const browser = await openBrowser();
  onEnd(() => browser.close());
  const product = await world.start();
  await world.allRead(product);
  const first = Math.ceil((Date.now() + minute) / quarter) * quarter;
  const organizers = ['ann', 'tim', 'lena', 'marc'].map((user) => `${user}@example.com`);
  const keys = plan.map(([subject, where, from, quarters], i) => {
    const start = new Date(first + from * quarter);
    return world.graph.outlook.book({
      ...{ organizer: organizers[i % organizers.length] ?? '', rooms: where.map(mailboxOf), subject, start },
      end: new Date(start.getTime() + quarters * quarter),
    }).iCalUId;
  });
  process.stdout.write(`waiting until ${new Date(first).toISOString()}\n`);
  const shown = await world.meetingThat(product, keys[0] ?? '', ({ state }) => state === 'open', 20 * minute);
  const operator = new Operator(world, product);
  for (const name of ['Ann', 'Tim', 'Lena', 'Pedro', 'Yuki']) operator.join(shown, name);
  await pause(first + 20_000 - Date.now());
  const lost = world.cms.bridges.find(({ url }) => url === shown.callBridge);
  await lost?.kill();
  const isElsewhere = ({ callBridge }: MeetingJson) => callBridge !== shown.callBridge;
  const moved = await world.meetingThat(product, shown.key, isElsewhere, minute);
  for (const name of ['Ann', 'Tim', 'Lena', 'Pedro']) operator.join(moved, name);
  await pause(8_000);
  await takeAll(folder, browser, product, moved);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('say into which folder');
mkdirSync(folder, { recursive: true });
await withCleanUp((onEnd) => play(folder, onEnd));
