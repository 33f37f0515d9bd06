/** Somebody who looks at the pages in a real browser, and keeps what each page complains of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openBrowser } from './chromium.ts';
import { keyboardFaultsOf } from './keyboard.ts';
import { namingFaultsOf } from './naming.ts';

const inPage = readFileSync(join(import.meta.dirname, 'in-page.js'), 'utf8');

export class Visitor {
  /** Where the admin listener is; http://host:port. */
  readonly #at: string;
  readonly #browser: Browser;
  readonly #opened: Page[] = [];
  readonly #complaints: string[] = [];

  private constructor(at: string, browser: Browser) {
    this.#at = at;
    this.#browser = browser;
  }

  static async come(at: string): Promise<Visitor> {
    return new Visitor(at, await openBrowser());
  }

  async leave(): Promise<void> {
    await this.#browser.close();
  }

  /** A browser of its own, as far as cookies and settings go. */
  async open(path: string, options: BrowserContextOptions = {}, at = this.#at): Promise<Page> {
    const page = await this.#blank(options);
    await page.goto(at + path);
    return page;
  }

  /** As somebody who has said their name, where nobody signs in. */
  async openAs(name: string, path: string, at = this.#at): Promise<Page> {
    const page = await this.#blank({});
    const settings = JSON.stringify(JSON.stringify({ name }));
    await page.addInitScript({ content: `localStorage.setItem('roombridge.settings', ${settings})` });
    await page.goto(at + path);
    return page;
  }

  async #blank(options: BrowserContextOptions): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      // Colours that are on their way to others are of neither theme.
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    this.#opened.push(page);
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => this.#complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) this.#complaints.push(message.text());
    });
    return page;
  }

  /** Closes what is open. @returns what the pages complained of since: errors, and what their policy forbids */
  async closePages(): Promise<string[]> {
    for (const page of this.#opened.splice(0)) await page.context().close();
    return this.#complaints.splice(0);
  }

  /**
   * The keyboard reaches everything, a screen reader has a name for it, nothing moves for who wants it still, axe finds
   * nothing in either theme, and nothing is wider than a phone.
   */
  async findsWellMade(
    path: string,
    ready: (page: Page) => Promise<unknown>,
    open: (path: string) => Promise<Page> = (to) => this.open(to),
  ): Promise<void> {
    const page = await open(path);
    await ready(page);
    expect(await keyboardFaultsOf(page)).toEqual([]);
    expect(await namingFaultsOf(page)).toEqual([]);
    await page.evaluate(inPage);
    expect(await page.evaluate('whatMoves()')).toEqual([]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[style*="${colorScheme}"]`).waitFor();
      expect(await faultsOf(page), colorScheme).toEqual([]);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await page.reload();
    await ready(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  }
}

/** What axe-core finds. The stops that Fluent keeps the focus by are hidden from nobody who looks for content. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate('axe.run({ exclude: ["[data-tabster-dummy]"] })');
  const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}
