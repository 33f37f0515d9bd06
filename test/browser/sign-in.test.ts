/** The sign-in in a real browser: it takes our cookies, sends our forms, and finds nothing that its policy forbids. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machineSecret, openScene, type Scene } from '../http/sign-in/scene.ts';
import { openBrowser } from './chromium.ts';

let scene: Scene;
let browser: Browser;
let url: string;
const complaints: string[] = [];

beforeAll(async () => {
  const port = await freePort();
  url = `http://localhost:${port}`;
  [scene, browser] = await Promise.all([openScene({ url, port }), openBrowser()]);
  scene.entra.knobs.person = { roles: ['av'] };
});
afterAll(async () => {
  await browser?.close();
  await scene?.[Symbol.asyncDispose]();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function open(path: string): Promise<Page> {
  // The provider's certificate is of an authority that the browser does not know.
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) complaints.push(message.text());
  });
  await page.goto(url + path);
  return page;
}

const me = async (page: Page) => {
  await page.goto(`${url}/api/me`);
  return JSON.parse((await page.locator('body').textContent()) ?? '') as Record<string, unknown>;
};

test('with the provider, from the page that was wanted and back to it', async () => {
  const page = await open('/api/rooms');
  expect(page.url()).toBe(`${url}/sign-in?to=%2Fapi%2Frooms`);
  // Styled, so that the policy has let the style in.
  const button = page.getByRole('link', { name: 'Sign in with Entra ID' });
  const styled = "getComputedStyle(document.querySelector('.button')).display";
  expect(await page.evaluate(styled)).toBe('block');
  await button.click();
  await page.waitForURL(`${url}/api/rooms`);
  expect(await me(page)).toMatchObject({ name: 'ann@example.com', role: 'operator' });
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.goto(`${url}/sign-in`);
  await page.evaluate(
    "document.body.append(Object.assign(document.createElement('form'), { method: 'post', action: '/sign-out', id: 'out' }))",
  );
  await page.evaluate("document.getElementById('out').submit()");
  await page.getByRole('status').getByText('You are signed out here.').waitFor();
  await page.goto(`${url}/api/rooms`);
  expect(page.url()).toContain('/sign-in?to=');
  await page.close();
});

test('as a local administrator, whose password is set behind the link', async () => {
  const headers = { authorization: `Bearer ${machineSecret}` };
  const { body } = await scene.browser().send('/api/administrators', { name: 'ann' }, headers);
  const { link } = JSON.parse(body) as { link: string };
  const page = await open(link.slice(url.length));
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByLabel('Once more').fill('correct horse battery');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('status').getByText('The password is set.').waitFor();
  await page.getByLabel('Name').fill('ann');
  await page.getByLabel('Password').fill('wrong horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('not right').waitFor();
  await page.getByLabel('Name').fill('ann');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${url}/`);
  expect(await me(page)).toMatchObject({ name: 'ann', role: 'administrator' });
  await page.close();
});

test('a page of another site does nothing with somebody’s session', async () => {
  const page = await open('/sign-in/start');
  expect(await me(page)).toMatchObject({ name: 'ann@example.com' });
  const other = `http://127.0.0.1:${new URL(url).port}`;
  // Another origin for the browser, however near it is.
  await page.goto(`${other}/live`);
  await page.setContent(`<form method="post" action="${url}/sign-out"><button>Win</button></form>`);
  await page.getByRole('button').click();
  await page.waitForURL(`${url}/sign-out`);
  expect(await page.locator('body').textContent()).toContain('"status":403');
  expect(await me(page)).toMatchObject({ name: 'ann@example.com' });
  await page.close();
});

test('nothing was against a policy', () => {
  expect(complaints.filter((text) => /policy|refused|blocked/i.test(text))).toEqual([]);
});
