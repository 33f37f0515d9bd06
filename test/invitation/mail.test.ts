/** The mail to an organizer: what is said of each fact, to whom, and that nothing of a user's becomes markup. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Language, languages } from '../../src/invitation/languages/language.ts';
import type { About, Fact, Notice, Reader } from '../../src/invitation/notice.ts';
import { mailOf } from '../../src/invitation/telling/mail.ts';
import { about, facts, joining, occurrence, withoutJoining } from './notices.ts';

const english: Reader = { language: 'en', timeZone: 'Europe/Zurich' };
const arabic: Reader = { language: 'ar', timeZone: 'Asia/Riyadh' };
const ready: Notice = { joining, facts: [{ kind: 'ready' }] };

/** What a reader sees of a mail, white space and characters of direction aside. */
function seen(html: string): string {
  return html
    .replace(/<(style|title)>[\s\S]*?<\/\1>|<!--[\s\S]*?-->|<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, '');
}

describe('in English, the fact', () => {
  for (const [name, fact] of Object.entries(facts)) {
    it(`${name} is told as expected/${name}.txt has it`, async () => {
      const notice = { joining: withoutJoining.has(name) ? undefined : joining, facts: [fact] };
      const isSeries = 'dates' in fact;
      const { subject, text } = mailOf(notice, { ...about, isSeries }, english);
      const file = join(import.meta.dirname, 'expected', `${name}.txt`);
      await expect(`Subject: ${subject}\n\n${text.replaceAll('\r\n', '\n')}`).toMatchFileSnapshot(file);
    });
  }
});

describe.each(languages)('in %s', (language) => {
  const reader = { language, timeZone: 'Europe/Zurich' };

  it('the HTML says what the plain text says, in the same order', () => {
    const notice = { joining, facts: Object.values(facts) };
    const { html, text } = mailOf(notice, { ...about, isSeries: true }, reader);
    const bare = (one: string) => one.replace(/[-\s\u2066-\u2069]/g, '');
    expect(bare(seen(html)).endsWith(bare(text))).toBe(true);
  });

  it('the mail is a document that names its language and direction, and loads and runs nothing', () => {
    const { html } = mailOf(ready, about, reader);
    const direction = language === 'ar' ? 'rtl' : 'ltr';
    expect(html).toContain(`<html lang="${language}" dir="${direction}">`);
    expect(html).not.toMatch(/<script|<img|<link|src=|url\(|@import|\son[a-z]+=/i);
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, to]) => to);
    expect(links).toEqual(['sip:80991007@meet.example.com', 'tel:+41445550100']);
    expect([...html.matchAll(/<table\b(?![^>]*role="presentation")/g)]).toEqual([]);
  });
});

it('the most urgent fact is the subject and comes first, whatever the order in which they are handed over', () => {
  const told: Fact[] = [
    { kind: 'ready' },
    { kind: 'passcode-changed' },
    { kind: 'given-up', trying: 'nothing' },
  ];
  const { subject, text } = mailOf({ joining, facts: told }, about, english);
  expect(subject).toBe('Video conference not available: Weekly review');
  const order = ['could not be started', 'passcode of the video conference has changed', 'is ready'];
  const places = order.map((words) => text.indexOf(words));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
});

it('of more than 20 dates, the first 20 are listed and the others counted', () => {
  const dates = Array.from({ length: 47 }, (_, weeks) => occurrence(46 - weeks));
  const notice: Notice = { joining, facts: [{ kind: 'without-conference', dates }] };
  for (const listed of Object.values(mailOf(notice, { ...about, isSeries: true }, english)).slice(1)) {
    expect(listed).toContain('47 dates have no video conference:');
    expect(listed.match(/\w{3}, \d+ \w{3} 2026/g)).toHaveLength(20 + 1);
    expect(listed.indexOf('3 Mar 2026')).toBeLessThan(listed.indexOf('14 Jul 2026'));
    expect(listed).not.toContain('21 Jul 2026');
    expect(listed).toContain('and 27 more');
  }
});

describe('what a user has written is text in HTML:', () => {
  const evil = `<img src=x onerror=alert(1)>"'&</title></style>`;
  const escaped = '&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;&#60;/title&#62;&#60;/style&#62;';
  const declined: Fact = { kind: 'room-declined', room: evil, dates: [occurrence(1)] };
  const places: Readonly<Record<string, [notice: Notice, about: About, help?: string]>> = {
    'the title': [ready, { ...about, title: evil }],
    'the organizer': [ready, { ...about, organizer: evil }],
    'a room': [ready, { ...about, rooms: ['Boardroom', evil] }],
    'the room that declined': [{ joining, facts: [declined] }, about],
    'the former number': [{ joining, facts: [{ kind: 'number-changed', was: evil }] }, about],
    'the number': [{ ...ready, joining: { ...joining, number: evil } }, about],
    'the passcode': [{ ...ready, joining: { ...joining, passcode: evil } }, about],
    'the video address': [{ ...ready, joining: { ...joining, uri: evil } }, about],
    'the name of an access number': [
      { ...ready, joining: { ...joining, accessNumbers: [{ name: evil, number: '+41 1' }] } },
      about,
    ],
    'an access number': [
      { ...ready, joining: { ...joining, accessNumbers: [{ name: 'Zurich', number: evil }] } },
      about,
    ],
    'the help text': [ready, about, evil],
  };
  for (const [place, [notice, subject, help]] of Object.entries(places)) {
    it(place, () => {
      for (const reader of [english, arabic]) {
        const { html, text } = mailOf(notice, subject, reader, help === undefined ? {} : { help });
        expect(html).toContain(escaped);
        expect(html).not.toMatch(/<img/);
        expect(text).toContain(evil);
      }
    });
  }
});

it('a title cannot add a header, turn the writing direction, or hide what it says', () => {
  const title = 'Plan\r\nBcc: all@example.com\u0000\u202egpj.exe\u2066\u2069\u200b\u2028\ud800';
  const { subject, html, text } = mailOf(ready, { ...about, title }, english);
  expect(subject).toBe('Video conference ready: Plan Bcc: all@example.com gpj.exe');
  for (const part of [html, text]) expect(part).toContain('Plan Bcc: all@example.com gpj.exe');
  expect(html + text).not.toContain('\0');
  expect(html + text).not.toMatch(/[\u202a-\u202e\u2060-\u2069\u200b\u2028]/);
});

it('a long title is cut in the subject and between characters', () => {
  const { subject } = mailOf(ready, { ...about, title: '😀'.repeat(300) }, english);
  expect(subject).toMatch(/^Video conference ready: (😀){119}…$/u);
  expect(subject).not.toMatch(/\p{Surrogate}/u);
});

it('a value that looks like a template is said, not filled in', () => {
  const { text, subject } = mailOf(ready, { ...about, title: '{{joining.passcode}} {{organizer}}' }, english);
  expect(subject).toBe('Video conference ready: {{joining.passcode}} {{organizer}}');
  expect(text).toContain('Meeting: {{joining.passcode}} {{organizer}}');
});

it.each(languages)('of a private meeting neither title nor organizer is named, in %s', (language) => {
  const secret = { ...about, title: 'Merger with Contoso', isPrivate: true };
  const { subject, html, text } = mailOf(ready, secret, { language, timeZone: 'Europe/Zurich' });
  expect(subject + html + text).not.toMatch(/Merger|Contoso|Anna|Keller/);
});

it('without a title or an organizer there is a neutral one, and a greeting without a name', () => {
  const { subject, text } = mailOf(ready, { ...about, title: ' ', organizer: '' }, english);
  expect(subject).toBe('Video conference ready: Meeting');
  expect(text).toMatch(/^Hello,\r\n/);
});

describe('what to do when joining fails', () => {
  const says = (help?: string) => mailOf(ready, about, english, help === undefined ? {} : { help });

  it('is a sentence of ours, or the configured one', () => {
    expect(says().text).toContain('If you cannot join, please check the number and dial again.');
    expect(says(' ').text).toContain('If you cannot join, please check the number and dial again.');
    const { html, text } = says('Call the service desk: 5555');
    for (const part of [html, text]) {
      expect(part).toContain('Call the service desk: 5555');
      expect(part).not.toContain('If you cannot join');
    }
  });

  it('is a link where an address is configured', () => {
    const { html, text } = says('https://help.example.com/video?a=1&b=2');
    expect(html).toMatch(
      /<a [^>]*href="https:\/\/help.example.com\/video\?a=1&#38;b=2"[^>]*>Help with joining<\/a>/,
    );
    expect(text).toContain('Help with joining: https://help.example.com/video?a=1&b=2\r\n');
  });

  it.each([
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    ' data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'https://a"onmouseover=alert(1)',
    'java\nscript:alert(1)',
  ])('is never a link to %j', (help) => {
    const { html } = says(help);
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, to]) => to);
    expect(links).toEqual(['sip:80991007@meet.example.com', 'tel:+41445550100']);
  });
});

describe('in Arabic', () => {
  const subject = { ...about, title: 'Budget (2026)', rooms: ['Boardroom (3rd floor)'] };

  it('foreign names and addresses keep their own direction', () => {
    const { html, text } = mailOf(ready, subject, arabic);
    for (const name of [
      'Budget (2026)',
      'Boardroom (3rd floor)',
      'Anna Keller',
      '80991007@meet.example.com',
    ]) {
      expect(html).toContain(`<bdi>${name}</bdi>`);
      expect(text).toContain(`\u2068${name}\u2069`);
    }
    for (const digits of ['80991007', '471147']) expect(html).toContain(`<span dir="ltr">${digits}</span>`);
    expect(html).toContain('<a class="link" dir="ltr" href="tel:+41445550100"');
  });

  it('neither the subject nor an attribute nor the title of the document has marks of direction', () => {
    const mail = mailOf(ready, subject, arabic);
    expect(mail.subject).toBe('مؤتمر الفيديو جاهز: Budget (2026)');
    expect(mail.html).toContain('<title>مؤتمر الفيديو جاهز: Budget (2026)</title>');
    expect(mail.html).not.toMatch(/[\u2066-\u2069]/);
  });

  it('an Arabic name stays in the sentence; in English it is kept apart', () => {
    const organizer = 'ليلى حداد';
    const says = (language: Language) =>
      mailOf(ready, { ...about, organizer }, { language, timeZone: 'UTC' }).text.split('\r\n')[0];
    expect(says('en')).toBe(`Hello \u2068${organizer}\u2069,`);
    expect(says('ar')).toContain(organizer);
  });
});

it('an all-day meeting is said by its date', () => {
  const allDay = { ...about, start: Date.UTC(2026, 2, 2, 23), end: Date.UTC(2026, 2, 3, 23), isAllDay: true };
  expect(mailOf(ready, allDay, english).text).toContain('When: Tue, 3 Mar 2026\r\n');
});
