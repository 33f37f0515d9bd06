/** What each role finds on the pages and may do there: people sign in at a simulated Entra ID, and one process serves them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { EntraSimulator } from '../simulators/entra/provider.ts';
import { inSeconds } from '../world/graph-side.ts';
import { freePort, type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';
import { Visitor } from './visitor.ts';

/** Milliseconds, for a machine that has much else to do. */
const patience = 180_000;

let redis: TestRedis;
let world: World;
let entra: EntraSimulator;
/** Nobody signs in to this one: it does the work. */
let worker: Product;
let visitor: Visitor;
let url: string;
let meeting: MeetingJson;
let meetingPath: string;
beforeAll(async () => {
  redis = await startRedis();
  world = await World.create({ redisUrl: redis.url });
  const port = await freePort();
  url = `http://localhost:${port}`;
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(world.folder, name), 'utf8'));
  const client = { clientId: 'client', clientSecret: 'client-s3cret' };
  entra = await EntraSimulator.open({
    ...{ tls: { key: key ?? '', cert: cert ?? '' }, tenantId: 'tenant', redirect: `${url}/sign-in/callback` },
    ...client,
  });
  const signIn = {
    ...{ name: 'Entra ID', issuer: entra.issuer, ca: 'ca.pem', ...client },
    roles: { viewer: ['sees'], operator: ['av'], administrator: ['admin'] },
  };
  const change = { signIn, http: { admin: { url, port } } };
  [worker, visitor] = await Promise.all([
    world.start('worker', 'worker'),
    Visitor.come(url),
    world.start('receiver', 'receiver', { change }),
  ]);
  await world.allRead(worker);
  const start = inSeconds(120);
  const { iCalUId } = world.graph.outlook.book({
    ...{ organizer, rooms: ['huddle@example.com'], subject: 'Board' },
    ...{ start, end: new Date(start.getTime() + 600_000) },
  });
  const isKnown = ({ number, title }: MeetingJson) => number !== null && title === 'Board';
  meeting = await world.meetingThat(worker, iCalUId, isKnown, 30_000);
  meetingPath = `/meetings/${encodeURIComponent(meeting.key)}`;
}, patience);
afterAll(async () => {
  await visitor?.leave();
  await world?.destroy();
  await entra?.[Symbol.asyncDispose]();
  await redis?.close();
});
afterEach(async () => expect(await visitor.closePages()).toEqual([]));

/** Somebody who has that app role at the provider. */
async function comes(name: string, role: string, to: string): Promise<Page> {
  entra.knobs.person = { roles: [role], sub: name, preferred_username: `${name}@example.com` };
  // The provider's certificate is of an authority that the browser does not know.
  const page = await visitor.open(`/sign-in?to=${encodeURIComponent(to)}`, { ignoreHTTPSErrors: true });
  await page.getByRole('link', { name: 'Sign in with Entra ID' }).click();
  await page.waitForURL(url + to);
  return page;
}

/** As a page asks the API, with the session and from the same origin. */
async function ask(page: Page, method: string, path: string, body?: object) {
  const headers = { 'content-type': 'application/json' };
  const init = JSON.stringify({ method, ...(body && { headers, body: JSON.stringify(body) }) });
  const script = `fetch('${path}', ${init}).then(async (answer) => [answer.status, answer.headers.get('content-type'), await answer.json()])`;
  const [status, type, json] = (await page.evaluate(script)) as [number, string, { detail?: string }];
  return { status, isProblem: type.startsWith('application/problem+json'), detail: json.detail };
}

const lock = { do: 'lock', locked: true, request: 'one' };
const pause = { do: 'pause' };
const waysOf = (page: Page) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link');

test('a viewer sees everything that is no administration, and acts on nothing', {
  timeout: patience,
}, async () => {
  const page = await comes('vera', 'sees', meetingPath);
  await page.getByRole('heading', { name: 'Board', level: 1 }).waitFor();
  expect(await page.getByRole('button', { name: 'Start now' }).isDisabled()).toBe(true);
  await page.getByText('Your role sees, and does not act.').waitFor();
  expect((await waysOf(page).allTextContents()).map((name) => name.replace(/ \d+$/, ''))).not.toContain(
    'Audit log',
  );

  await page.getByRole('link', { name: 'Bridges' }).click();
  const bridges = page.getByRole('article');
  await bridges.first().getByText('Your role sees, and does not act.').waitFor();
  for (const button of await bridges.getByRole('button').all()) expect(await button.isDisabled()).toBe(true);
  await page.getByRole('link', { name: 'Queues' }).click();
  await page.getByRole('article', { name: 'conference' }).waitFor();
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  for (const path of ['/audit', '/access']) {
    await page.goto(url + path);
    await page.getByText('Only administrators see this.').waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  }

  const needs = (role: string) => ({
    ...{ status: 403, isProblem: true },
    detail: `That needs the role ${role}; yours is viewer.`,
  });
  expect(await ask(page, 'POST', `/api${meetingPath}/operations`, lock)).toEqual(needs('operator'));
  const bridge = encodeURIComponent(world.cms.bridge(0).url);
  expect(await ask(page, 'POST', `/api/call-bridges/${bridge}/drain`, {})).toEqual(needs('operator'));
  expect(await ask(page, 'POST', '/api/queues/conference/actions', pause)).toEqual(needs('administrator'));
  expect(await ask(page, 'GET', '/api/audit-log')).toEqual(needs('administrator'));
  expect(await ask(page, 'POST', '/api/sessions/end', {})).toEqual(needs('administrator'));
});

test('an operator acts on meetings by the name that the provider gives, and on no queue', {
  timeout: patience,
}, async () => {
  const page = await comes('otto', 'av', meetingPath);
  await page.getByRole('button', { name: 'Start now' }).click();
  await page.getByText('Start now: done').waitFor();
  await page.getByText('otto@example.com: Start now – done').waitFor();
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByText('otto@example.com: Lock – done').waitFor();
  await page.getByRole('link', { name: 'Queues' }).click();
  await page.getByRole('article', { name: 'conference' }).waitFor();
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  expect(await ask(page, 'POST', '/api/queues/conference/actions', pause)).toEqual({
    ...{ status: 403, isProblem: true, detail: 'That needs the role administrator; yours is operator.' },
  });
});

test('an administrator reads who did what, narrows it, and takes it along', {
  timeout: patience,
}, async () => {
  const page = await comes('abe', 'admin', '/audit');
  const rows = page.getByRole('grid', { name: 'Audit log' }).getByRole('row');
  await rows.filter({ hasText: 'otto@example.com' }).filter({ hasText: 'Lock' }).first().waitFor();
  await page.getByRole('searchbox', { name: 'Who' }).fill('vera');
  await rows.filter({ hasText: 'vera@example.com' }).first().waitFor();
  await rows.filter({ hasText: 'otto@example.com' }).first().waitFor({ state: 'detached' });
  await page.getByRole('searchbox', { name: 'What' }).fill('nothing like it');
  await page.getByText('Nothing in it is like this.').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'All of it as CSV' }).click(),
  ]);
  const csv = readFileSync(await file.path(), 'utf8');
  expect(csv.split('\n').filter((line) => line.includes('otto@example.com')).length).toBeGreaterThan(1);
});

test('an administrator makes a token that works until it is ended, and signs somebody out', {
  timeout: patience,
}, async () => {
  const watcher = await comes('vera', 'sees', '/meetings');
  const page = await comes('ada', 'admin', '/access');
  await page.getByRole('textbox', { name: 'What it is for' }).fill('Panels');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const token = (await page.locator('code', { hasText: /^rb_/ }).textContent()) ?? '';
  const status = async () =>
    (await fetch(`${url}/api/rooms`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await status()).toBe(200);
  await page.reload();
  await page.getByRole('button', { name: 'End Panels' }).click();
  expect(await page.getByText(/^rb_/).count()).toBe(0);
  await page.getByRole('alertdialog').getByRole('button', { name: 'End Panels' }).click();
  await page.getByText('There is no API token.').waitFor();
  await until(async () => ((await status()) === 401 ? true : undefined), 10_000);

  await page.getByRole('button', { name: 'Sign out vera@example.com' }).first().click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Sign out vera/ })
    .click();
  await page
    .getByRole('row', { name: /vera@example.com/ })
    .first()
    .waitFor({ state: 'detached' });
  await watcher.getByRole('link', { name: 'Rooms' }).click();
  await watcher.waitForURL(`${url}/sign-in?to=%2Frooms`);
});

test('who has access is well made', { timeout: patience }, async () => {
  await visitor.findsWellMade(
    '/access',
    (page) =>
      page
        .getByRole('row', { name: /ada@example.com/ })
        .first()
        .waitFor(),
    (path) => comes('amy', 'admin', path),
  );
});
