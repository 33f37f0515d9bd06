/** The mails to organizers, as a browser shows them: wide and narrow, light and dark, and from right to left. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Language } from '../../src/invitation/languages/language.ts';
import type { Fact } from '../../src/invitation/notice.ts';
import { blockOf } from '../../src/invitation/telling/block-text.ts';
import { mailOf } from '../../src/invitation/telling/mail.ts';
import { about, facts, joining, occurrence } from '../invitation/notices.ts';
import { openBrowser } from './chromium.ts';

const screens = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
const zones: Partial<Record<Language, string>> = { ar: 'Asia/Riyadh' };

const inPage = join(import.meta.dirname, 'in-page.js');

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), 'roombridge-mails-'));
  process.stdout.write(`screenshots of mails: ${folder}\n`);
});
afterAll(async () => {
  await browser?.close();
});

const declined: Fact = {
  kind: 'room-declined',
  room: 'Boardroom (3rd floor)',
  dates: Array.from({ length: 23 }, (_, weeks) => occurrence(weeks)),
};
const subject = {
  ...about,
  title: 'Quarterly review: Zürich & الرياض <draft>',
  isSeries: true,
  rooms: ['Boardroom (3rd floor)', 'Library'],
};

function kindsOf(...names: string[]): Fact[] {
  return names.flatMap((name) => facts[name] ?? []);
}
const notices: Readonly<Record<string, readonly Fact[]>> = {
  ready: kindsOf('ready'),
  dates: [...kindsOf('other-numbers', 'without-conference', 'ready'), declined],
};

for (const language of ['en', 'de', 'ar'] as const) {
  for (const [name, told] of Object.entries(notices)) {
    for (const [screen, viewport] of Object.entries(screens)) {
      for (const colorScheme of ['light', 'dark'] as const) {
        test(`the mail "${name}" in ${language} is read well: ${screen}, ${colorScheme}`, async () => {
          const reader = { language, timeZone: zones[language] ?? 'Europe/Zurich' };
          const mail = mailOf({ joining, facts: told }, subject, reader);
          const page = await browser.newPage({ viewport, colorScheme });
          const complaints: string[] = [];
          page.on('console', (message) => complaints.push(message.text()));
          page.on('pageerror', (error) => complaints.push(error.message));
          page.on('request', (request) => complaints.push(request.url()));
          await page.setContent(mail.html);
          await page.screenshot({
            path: join(folder, `${name}-${language}-${screen}-${colorScheme}.png`),
            fullPage: true,
          });
          for (const text of [mail.subject.split(': ')[0] ?? '', joining.number, joining.passcode]) {
            expect(await page.getByText(text).first().isVisible(), text).toBe(true);
          }
          expect(await page.title()).toBe(mail.subject);
          expect(await page.locator('html').getAttribute('lang')).toBe(language);
          const direction = await page.evaluate("getComputedStyle(document.querySelector('h1')).direction");
          expect(direction).toBe(language === 'ar' ? 'rtl' : 'ltr');
          for (const width of [viewport.width, 320]) {
            await page.setViewportSize({ ...viewport, width });
            expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
          }
          await page.addScriptTag({ path: inPage });
          expect(await page.evaluate('faintTexts()')).toEqual([]);
          expect(complaints).toEqual([]);
          await page.close();
        });
      }
    }
  }
}

test('in Arabic, numbers and addresses read from left to right, in the mail and in the block', async () => {
  const reader = { language: 'ar', timeZone: 'Asia/Riyadh' } as const;
  const notice = { joining, facts: kindsOf('other-numbers') };
  const mail = mailOf(notice, subject, reader);
  const block = blockOf(notice, reader);
  const wanted = [joining.number, joining.uri, '555@second.example.com'];
  for (const access of joining.accessNumbers) wanted.push(access.number);
  for (const html of [mail.html, `<!doctype html><meta charset="utf-8">${block?.html}`]) {
    const page = await browser.newPage({ viewport: screens.phone });
    await page.setContent(html);
    await page.addScriptTag({ path: inPage });
    const orders = await page.evaluate(`paintedLeftToRight(${JSON.stringify(wanted)})`);
    expect(orders).toEqual(Object.fromEntries(wanted.map((text) => [text, true])));
    await page.close();
  }
});
