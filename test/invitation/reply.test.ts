/** The comment of a room's response: short, whole sentences, the most important kept. */
import { expect, it } from 'vitest';
import { languages } from '../../src/invitation/languages/language.ts';
import type { Fact, Reader } from '../../src/invitation/notice.ts';
import { replyOf } from '../../src/invitation/telling/reply.ts';
import { about, facts, joining, occurrence, start } from './notices.ts';

const english: Reader = { language: 'en', timeZone: 'Europe/Zurich' };

it('says what happened, how to join, and who says so', () => {
  expect(replyOf({ joining, facts: [{ kind: 'number-changed', was: '80991003' }] }, about, english)).toBe(
    [
      'The number of the video conference has changed. The old number, 80991003, no longer works; please use the details below.',
      'Number to dial: 80991007\nVideo address: 80991007@meet.example.com\nPasscode: 471147',
      'Access number: +41 44 555 01 00 (Zurich)',
      'Roombridge, which connects room bookings with video conferences, sent this message automatically.',
    ].join('\n\n'),
  );
});

it('lists the first dates and counts the others', () => {
  const dates = Array.from({ length: 30 }, (_, weeks) => occurrence(weeks));
  const text = replyOf({ joining, facts: [{ kind: 'without-conference', dates }] }, about, english);
  expect(text).toContain('30 dates have no video conference:\n- Tue, 3 Mar 2026, 10:00–11:00 CET\n- ');
  expect(text.match(/^- .*2026/gm)).toHaveLength(5);
  expect(text).toContain('\n- and 25 more\n');
});

it.each(languages)('never passes 1000 characters, and what it keeps in %s is whole', (language) => {
  const long = 'Very long name of a room 🏢 '.repeat(40);
  const dates = Array.from({ length: 200 }, (_, weeks) => ({
    ...occurrence(weeks),
    nearest: start,
    joining,
  }));
  const told: Fact[] = [
    ...Object.values(facts),
    { kind: 'room-declined', room: long, dates },
    { kind: 'without-conference', dates },
    { kind: 'other-numbers', dates },
  ];
  const reader = { language, timeZone: 'America/Argentina/Buenos_Aires' };
  const many = {
    ...joining,
    accessNumbers: Array.from({ length: 30 }, () => ({ name: long, number: '+41 1' })),
  };
  for (const count of [1, 2, 3, 8, told.length]) {
    const notice = { joining: many, facts: told.slice(-count) };
    const text = replyOf(notice, { ...about, isSeries: true }, reader);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text).toContain(`: ${joining.number}\n`);
    // No list is announced that does not follow.
    expect(text).not.toMatch(/[:：](\n\n|$)/);
    expect(text).not.toMatch(/\p{Surrogate}/u);
    // Every writing direction that is begun is ended.
    expect(text.split('\u2068').length).toBe(text.split('\u2069').length);
  }
});

it('keeps the most urgent fact and the way to join before all else', () => {
  const notice = { joining, facts: Object.values(facts) };
  const text = replyOf(notice, about, english);
  expect(text).toMatch(/^The video conference could not be started/);
  expect(text).toContain(
    'Number to dial: 80991007\nVideo address: 80991007@meet.example.com\nPasscode: 471147',
  );
  expect(text).not.toContain('is ready');
});

it('of a private meeting it names neither title nor organizer', () => {
  const text = replyOf({ joining, facts: Object.values(facts) }, { ...about, isPrivate: true }, english);
  expect(text).not.toMatch(/Weekly|Anna|Keller/);
});
