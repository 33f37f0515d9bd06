/** The joining block's words: what everybody who is invited reads. */
import { describe, expect, it } from 'vitest';
import type { Fact, Notice, Reader } from '../../src/invitation/notice.ts';
import { blockOf } from '../../src/invitation/telling/block-text.ts';
import { facts, joining, occurrence } from './notices.ts';

const english: Reader = { language: 'en', timeZone: 'Europe/Zurich' };
const ready: Notice = { joining, facts: [{ kind: 'ready' }] };

function factsOf(...names: string[]): Fact[] {
  return names.flatMap((name) => facts[name] ?? []);
}

it('each detail stands on its own line, and below them what to do when joining fails', () => {
  expect(blockOf(ready, english)).toEqual({
    html:
      '<div id="roombridge-joining" lang="en" dir="ltr"><p><b>Join this meeting by video</b></p>' +
      '<p>Number to dial: 80991007</p>' +
      '<p>Video address: <a dir="ltr" href="sip:80991007@meet.example.com">80991007@meet.example.com</a></p>' +
      '<p>Passcode: 471147</p>' +
      '<p>Access number: <a dir="ltr" href="tel:+41445550100">+41 44 555 01 00</a> (Zurich)</p>' +
      '<p>If you cannot join, please check the number and dial again. ' +
      'If that does not help, please contact your IT support.</p></div>',
    text: [
      'Join this meeting by video',
      'Number to dial: 80991007',
      'Video address: 80991007@meet.example.com',
      'Passcode: 471147',
      'Access number: +41 44 555 01 00 (Zurich)',
      'If you cannot join, please check the number and dial again. ' +
        'If that does not help, please contact your IT support.',
    ].join('\r\n'),
  });
});

it('a conference without a passcode and further numbers names neither', () => {
  const notice = { joining: { ...joining, passcode: '', accessNumbers: [] }, facts: [] };
  const block = blockOf(notice, english);
  expect(block?.text).not.toMatch(/Passcode|Access/);
  expect(block?.html).not.toMatch(/Passcode|Access/);
});

it('what concerns all is told to all, without what only the organizer can do', () => {
  const block = blockOf({ joining, facts: Object.values(facts) }, english);
  const lines = block?.text.split('\r\n').slice(5, -1);
  expect(lines).toEqual([
    'There is no video conference for this meeting: no number is free at this time. The nearest time at which a number is free: Tue, 3 Mar 2026, 13:00 CET.',
    'There is no video conference for this meeting: no number is free at this time.',
    '2 dates have no video conference:',
    'Tue, 10 Mar 2026, 10:00–11:00 CET (nearest time with a free number: Tue, 10 Mar 2026, 13:00 CET)',
    'Tue, 31 Mar 2026, 11:00–12:00 CEST',
    'Boardroom has declined one date:',
    'Tue, 10 Mar 2026, 10:00–11:00 CET',
    '2 dates have their own numbers:',
    'Tue, 10 Mar 2026, 10:00–11:00 CET: number 80991008, passcode 471147',
    'Tue, 17 Mar 2026, 10:00–11:00 CET: number 555@second.example.com',
  ]);
  expect(block?.html).toContain(
    '<p>2 dates have no video conference:<br>Tue, 10 Mar 2026, 10:00–11:00 CET (nearest time with a free number: Tue, 10 Mar 2026, 13:00 CET)<br>Tue, 31 Mar 2026, 11:00–12:00 CEST</p>',
  );
});

it('without joining details the block says only what holds, and without that there is no block', () => {
  expect(blockOf({ joining: undefined, facts: factsOf('no-slot') }, english)?.text).toBe(
    'There is no video conference for this meeting: no number is free at this time. The nearest time at which a number is free: Tue, 3 Mar 2026, 13:00 CET.',
  );
  expect(blockOf({ joining: undefined, facts: factsOf('withdrawn', 'extended') }, english)).toBeUndefined();
  expect(blockOf({ joining: undefined, facts: [] }, english)).toBeUndefined();
});

it('a long series lists 20 dates and counts the others', () => {
  const dates = Array.from({ length: 23 }, (_, weeks) => occurrence(weeks));
  const text = blockOf({ joining, facts: [{ kind: 'without-conference', dates }] }, english)?.text ?? '';
  expect(text.match(/2026/g)).toHaveLength(20);
  expect(text).toContain('\r\nand 3 more\r\n');
});

it('is nothing but paragraphs, breaks and links, without characters that an editor would change', () => {
  for (const language of ['en', 'fr', 'ar', 'ja'] as const) {
    const html = blockOf({ joining, facts: Object.values(facts) }, { ...english, language })?.html ?? '';
    const tags = new Set([...html.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag));
    expect([...tags].filter((tag) => !['div', 'p', 'b', 'a', 'br', 'bdi'].includes(tag ?? ''))).toEqual([]);
    expect(html).not.toMatch(/[\r\n\u200b-\u200f\u2028-\u202f\u2060-\u206f]/);
  }
});

describe('what an administrator has configured is text:', () => {
  const evil = `<b onclick="x">'&`;
  const escaped = '&#60;b onclick=&#34;x&#34;&#62;&#39;&#38;';
  it.each(['name', 'number'])('the %s of an access number', (field) => {
    const accessNumbers = [{ name: 'Zurich', number: '+41 1', [field]: evil }];
    expect(blockOf({ joining: { ...joining, accessNumbers }, facts: [] }, english)?.html).toContain(escaped);
  });
  it('the help', () => {
    expect(blockOf(ready, english, { help: evil })?.html).toContain(`<p>${escaped}</p>`);
    const link = blockOf(ready, english, { help: 'https://help.example.com/?a=1&b="' });
    expect(link?.html).not.toContain('href="https');
    const sound = blockOf(ready, english, { help: 'https://help.example.com/?a=1&b=2' });
    expect(sound?.html).toContain(
      '<p><a href="https://help.example.com/?a=1&#38;b=2">Help with joining</a></p>',
    );
    expect(sound?.text).toContain('Help with joining: https://help.example.com/?a=1&b=2');
  });
  it('the video address', () => {
    const html = blockOf({ joining: { ...joining, uri: evil }, facts: [] }, english)?.html;
    expect(html).toContain(`href="sip:${escaped}">${escaped}</a>`);
  });
});

it('in Arabic it runs from right to left, its addresses and telephone numbers from left to right', () => {
  const block = blockOf(ready, { language: 'ar', timeZone: 'Asia/Riyadh' });
  expect(block?.html).toContain('<div id="roombridge-joining" lang="ar" dir="rtl">');
  expect(block?.html).toContain('<a dir="ltr" href="sip:80991007@meet.example.com">');
  expect(block?.html).toContain('<a dir="ltr" href="tel:+41445550100">');
  expect(block?.text).toContain(': 80991007\r\n');
  expect(block?.text).toContain(': \u206880991007@meet.example.com\u2069\r\n');
});
