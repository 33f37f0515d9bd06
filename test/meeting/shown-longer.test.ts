import { expect, it } from 'vitest';
import type { CalendarChange, CalendarEvent } from '../../src/meeting/calendar-event.ts';
import { asBooked, type ShownLonger } from '../../src/meeting/shown-longer.ts';

const [start, end, later] = [1_000, 2_000, 3_000];
const event: CalendarEvent = {
  ...{ id: 'e', type: 'singleInstance', iCalUId: 'u', start, end: later, isAllDay: false, subject: 'Budget' },
  ...{
    isOrganizer: false,
    response: 'accepted',
    isCancelled: false,
    sensitivity: 'normal',
    changeKey: 'ours',
  },
};
const change = (fields: Partial<CalendarEvent> = {}): CalendarChange => ({
  kind: 'event',
  event: { ...event, ...fields },
});
const shown = (fields: Partial<ShownLonger> = {}) =>
  new Map([['e', { bookedEnd: end, versions: ['ours'], isOccurrence: false, ...fields }]]);

it.each<[what: string, CalendarChange, ReadonlyMap<string, ShownLonger>, CalendarChange]>([
  ['what we never wrote is as it is', change({ id: 'other' }), shown(), change({ id: 'other' })],
  ['what we wrote ends as booked', change(), shown(), change({ end })],
  ['an earlier version of ours, too', change(), shown({ versions: ['ours', 'newer'] }), change({ end })],
  [
    'what we are just writing, too',
    change({ changeKey: 'unknown' }),
    shown({ versions: [], writing: later }),
    change({ changeKey: 'unknown', end }),
  ],
  [
    'what the organizer has written since is its word',
    change({ changeKey: 'theirs' }),
    shown(),
    change({ changeKey: 'theirs' }),
  ],
  [
    'a date of a series is still one of it',
    change({ type: 'exception', seriesMasterId: 'm' }),
    shown({ isOccurrence: true }),
    { kind: 'occurrence', id: 'e', seriesMasterId: 'm', start, end },
  ],
  [
    'a date that stood for itself before stays so',
    change({ type: 'exception', seriesMasterId: 'm' }),
    shown(),
    change({ type: 'exception', seriesMasterId: 'm', end }),
  ],
  ['what is gone is gone', { kind: 'removed', id: 'e' }, shown(), { kind: 'removed', id: 'e' }],
])('%s', (_, given, known, read) => {
  expect(asBooked(given, known)).toEqual(read);
});
