/** Whether the keyboard alone leads through a whole page, and one sees where one is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

interface Stop {
  readonly name: string;
  /** It was not come to before. */
  readonly isNew: boolean;
  readonly fault?: string;
}

const inPage = readFileSync(join(import.meta.dirname, 'stops.js'), 'utf8');
/** Milliseconds. */
const timeout = 30_000;
/** Of the Tab key; no page has as many controls in reach of it. */
const most = 250;
/** Of a long list, after which the rest is like them. */
const mostLines = 8;

const stopNow = async (page: Page) => (await page.evaluate('stopNow()')) as Stop | null;

/** What the keyboard does not reach, where it is caught, and where the focus is not seen. The page is as it was loaded. */
export async function keyboardFaultsOf(page: Page): Promise<string[]> {
  await page.evaluate(inPage);
  await page.evaluate('rememberStops()');
  const faults = new Set<string>();
  const first = await walkByTab(page, faults);
  if (first !== 'a "To the content"' && (await page.locator('header.top').count()) > 0)
    faults.add(`the first stop is ${first}, which does not lead past the header`);
  while ((await page.evaluate('enterGroup()')) !== null) await walkByArrows(page, faults);
  for (const name of (await page.evaluate('namesNotReached()')) as string[])
    faults.add(`${name} is not reached`);
  return [...faults];
}

/**
 * By the keyboard: what the opener opens takes the focus and keeps it, Escape closes it, and the focus is back where it was.
 * @param opened what it opens; where that is not modal, the Tab key leads out of it
 * @param choice what is chosen first, of the menu that the opener opens
 */
export async function returnsTheFocus(
  opener: Locator,
  opened: Locator,
  { choice, isModal = true }: { readonly choice?: Locator; readonly isModal?: boolean } = {},
): Promise<void> {
  const page = opener.page();
  const has = (locator: Locator) =>
    expect.poll(() => locator.evaluate((one) => one.contains(one.ownerDocument.activeElement)), { timeout });
  const isOn = (locator: Locator) => locator.evaluate((one) => one === one.ownerDocument.activeElement);
  await opener.focus();
  await page.keyboard.press('Enter');
  if (choice !== undefined) {
    await choice.waitFor();
    for (let steps = 0; steps < 20 && !(await isOn(choice)); steps += 1)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  }
  await opened.waitFor();
  await has(opened).toBe(true);
  for (let presses = 0; isModal && presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    await has(opened).toBe(true);
  }
  await page.keyboard.press('Escape');
  await opened.waitFor({ state: 'detached' });
  await has(opener).toBe(true);
}

/** To the end, which is there when what comes next has been come to before. @returns what came first */
async function walkByTab(page: Page, faults: Set<string>): Promise<string | undefined> {
  let first: string | undefined;
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await stopNow(page);
    if (stop === null) return first;
    if (!stop.isNew) {
      if (stop.name !== first) faults.add(`the Tab key is caught at ${stop.name}`);
      return first;
    }
    first ??= stop.name;
    if (stop.fault !== undefined) faults.add(stop.fault);
  }
  faults.add(`the Tab key is not through after ${most} stops`);
  return first;
}

/** Along each line of a group, and on to the next. */
async function walkByArrows(page: Page, faults: Set<string>): Promise<void> {
  const step = async (key: string) => {
    await page.keyboard.press(key);
    await page.evaluate('drawn()');
    const stop = await stopNow(page);
    if (stop?.fault !== undefined) faults.add(stop.fault);
    return stop?.isNew ?? false;
  };
  await step('Control+Home');
  for (let lines = 0; lines < mostLines; lines += 1) {
    while (await step('ArrowRight'));
    await step('Home');
    if (!(await step('ArrowDown'))) return;
  }
  await page.evaluate('leaveGroup()');
}
