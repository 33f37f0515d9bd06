import { describe, expect, test } from 'vitest';
import { bestToCompare, betrayed, type Habit, type OwnCopy } from '../src/check-mailbox.ts';
import type { SurveyedEntry } from '../src/graph/survey.ts';
import type { CalendarEvent } from '../src/meeting/calendar-event.ts';

const now = Date.UTC(2026, 10, 20, 12);
const minutes = 60_000;

function entry(change: Partial<CalendarEvent> = {}, more: Partial<SurveyedEntry> = {}): SurveyedEntry {
  const event: CalendarEvent = {
    id: 'e1',
    type: 'singleInstance',
    iCalUId: 'u1',
    start: now + 60 * minutes,
    end: now + 90 * minutes,
    isAllDay: false,
    subject: 'Budget',
    organizer: { name: 'Tim Kratzke', address: 'tim@example.com' },
    isOrganizer: false,
    response: 'accepted',
    isCancelled: false,
    sensitivity: 'normal',
    ...change,
  };
  return { event, hasText: true, changed: now - 60 * minutes, ...more };
}

const copy = (change: Partial<OwnCopy> = {}): OwnCopy => ({
  subject: 'Budget',
  isPrivate: false,
  hasText: true,
  ...change,
});

const habitsOf = (entries: SurveyedEntry[], own?: OwnCopy): Habit[] => {
  const [first] = entries;
  const compared = own === undefined || first === undefined ? [] : [{ entry: first, copy: own }];
  return [...betrayed(entries, compared, now).habits];
};

describe('a booking betrays how the room treats bookings', () => {
  test.each<[string, SurveyedEntry[], OwnCopy | undefined, Habit[]]>([
    ['kept as it was', [entry()], copy(), []],
    ['titled with the organizer', [entry({ subject: 'Tim Kratzke' })], copy(), ['replaces-titles']],
    [
      'titled with the organizer first',
      [entry({ subject: 'Tim Kratzke Budget' })],
      copy(),
      ['adds-organizers'],
    ],
    ['without a title', [entry({ subject: '' })], copy(), ['deletes-titles']],
    ['without a title from the start', [entry({ subject: '' })], copy({ subject: '' }), []],
    [
      'called after its organizer by himself',
      [entry({ subject: 'tim kratzke ' })],
      copy({ subject: 'Tim Kratzke' }),
      [],
    ],
    ['without its text', [entry({}, { hasText: false })], copy(), ['deletes-texts']],
    ['that had no text', [entry({}, { hasText: false })], copy({ hasText: false }), []],
    ['no longer private', [entry()], copy({ isPrivate: true }), ['clears-private']],
    ['still private', [entry({ sensitivity: 'private' })], copy({ isPrivate: true }), []],
    [
      'all titled alike, and no copy to see',
      [entry({ subject: 'Tim Kratzke' })],
      undefined,
      ['replaces-titles'],
    ],
    [
      'one of two titled so, and no copy to see',
      [entry({ subject: 'Tim Kratzke' }), entry({ id: 'e2' })],
      undefined,
      [],
    ],
    ['cancelled and still there', [entry({ isCancelled: true })], undefined, ['keeps-cancelled']],
    ["the room's own", [entry({ isOrganizer: true, subject: '' })], undefined, []],
    ['declined', [entry({ response: 'declined', subject: '' })], undefined, []],
  ])('%s', (_, entries, own, habits) => {
    expect(habitsOf(entries, own)).toEqual(habits);
  });

  test('one that waits for an answer for longer than Exchange takes is left unanswered', () => {
    const asked = (change: Partial<CalendarEvent>, changed: number) =>
      entry({ response: 'tentativelyAccepted', ...change }, { changed });
    const waits = [
      asked({}, now - 11 * minutes),
      asked({ response: 'notResponded' }, now - 600 * minutes),
      asked({}, now - 9 * minutes),
      asked({ isCancelled: true }, now - 600 * minutes),
      asked({ end: now - minutes }, now - 600 * minutes),
    ];
    const seen = betrayed(waits, [], now);
    expect(seen).toMatchObject({ waiting: 2, bookings: 0 });
    expect([...seen.habits]).toContain('leaves-unanswered');
  });
});

test('single events that were treated last are compared first, exceptions and strangers never', () => {
  const entries = [
    entry({ id: 'occurrence', seriesMasterId: 's' }, { changed: now }),
    entry({ id: 'old' }, { changed: now - 900 * minutes }),
    entry({ id: 'new' }, { changed: now - minutes }),
    entry({ id: 'exception', seriesMasterId: 's', type: 'exception' }),
    entry({ id: 'stranger', organizer: { name: 'Eve', address: 'eve@elsewhere.example' } }),
    entry({ id: 'waiting', response: 'notResponded' }),
  ];
  const order = bestToCompare(entries, (address) => address.endsWith('@example.com'));
  expect(order.map(({ event }) => event.id)).toEqual(['new', 'old', 'occurrence']);
});
