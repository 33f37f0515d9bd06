/** The sign-in in a real browser: it takes our cookies, sends our forms, and finds nothing that its policy forbids. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { machineSecret, openScene, type Scene } from '../http/sign-in/scene.ts';
import { freePort } from '../world/world.ts';
import { keyboardFaultsOf } from './keyboard.ts';
import { faultsOf, Visitor } from './visitor.ts';

let scene: Scene;
let visitor: Visitor;
let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://localhost:${port}`;
  [scene, visitor] = await Promise.all([
    openScene({ url, port, pages: join(import.meta.dirname, '../../dist/web') }),
    Visitor.come(url),
  ]);
  scene.entra.knobs.person = { roles: ['av'] };
});
afterAll(async () => {
  await visitor?.leave();
  await scene?.[Symbol.asyncDispose]();
});

afterEach(async () => expect(await visitor.closePages()).toEqual([]));

/** The provider's certificate is of an authority that the browser does not know. */
const open = (path: string) => visitor.open(path, { ignoreHTTPSErrors: true });

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
  expect(await keyboardFaultsOf(page)).toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await faultsOf(page), colorScheme).toEqual([]);
  }
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
});

test('an administrator makes a token that is shown once, ends it, and signs out everywhere', async () => {
  const page = await open('/sign-in?to=/access');
  await page.getByLabel('Name').fill('ann');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${url}/access`);
  await page
    .getByRole('row', { name: /ann administrator password/ })
    .first()
    .waitFor();
  await page.getByRole('textbox', { name: 'What it is for' }).fill('Panels');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const shown = page.locator('code', { hasText: /^rb_/ });
  await shown.waitFor();
  const ends = page.getByRole('button', { name: 'End Panels' });
  await ends.waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.reload();
  await ends.click();
  expect(await shown.count()).toBe(0);
  const asked = page.getByRole('alertdialog');
  await asked.getByText('Whatever uses “Panels” is refused at once.').waitFor();
  await asked.getByRole('button', { name: 'End Panels' }).click();
  await page.getByText('There is no API token.').waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await page.getByRole('button', { name: /^ann/ }).click();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('status').getByText('You are signed out here.').waitFor();
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
});
