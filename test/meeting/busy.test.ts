import { expect, it } from 'vitest';
import { busyTimes } from '../../src/meeting/busy.ts';
import type { Root } from '../../src/meeting/calendar.ts';
import { rootOfEvent } from '../../src/meeting/calendar.ts';
import type { CalendarEvent } from '../../src/meeting/calendar-event.ts';

const event = (fields: Partial<CalendarEvent> = {}): CalendarEvent => ({
  ...{ id: 'e', type: 'singleInstance', iCalUId: 'u', start: 10, end: 20, isAllDay: false, subject: '' },
  ...{ isOrganizer: false, response: 'accepted', isCancelled: false, sensitivity: 'normal' },
  ...fields,
});
const series: Root = {
  id: 'm',
  event: event({ id: 'm', type: 'seriesMaster', start: 0, end: 5 }),
  occurrences: [
    ['o1', 10, 15],
    ['o2', 30, 35],
  ],
  exceptions: [
    event({ id: 'x', type: 'exception', start: 22, end: 24 }),
    event({ id: 'y', type: 'exception', start: 26, end: 28, response: 'declined' }),
  ],
};
const own = { isOrganizer: true, response: 'organizer' } as const;

it.each<[what: string, root: Root, spans: [number, number][]]>([
  ['a booking that was accepted', rootOfEvent(event()), [[10, 20]]],
  ['one that runs on from before', rootOfEvent(event({ start: 1, end: 9 })), [[1, 9]]],
  ['nothing of what ends as it begins', rootOfEvent(event({ start: 1, end: 8 })), []],
  ['nothing of what begins as it ends', rootOfEvent(event({ start: 40, end: 50 })), []],
  ['nothing of what takes no time', rootOfEvent(event({ start: 12, end: 12 })), []],
  ['nothing that was declined', rootOfEvent(event({ response: 'declined' })), []],
  [
    'nothing that nobody has answered',
    rootOfEvent(event({ response: 'notResponded', showAs: 'tentative' })),
    [],
  ],
  ['nothing that was cancelled', rootOfEvent(event({ isCancelled: true })), []],
  ["what was put into the room's own calendar", rootOfEvent(event(own)), [[10, 20]]],
  ['also where it is away or tentative', rootOfEvent(event({ ...own, showAs: 'oof' })), [[10, 20]]],
  ['but not a note that is free', rootOfEvent(event({ ...own, showAs: 'free' })), []],
  ['nor somebody who works elsewhere', rootOfEvent(event({ ...own, showAs: 'workingElsewhere' })), []],
  [
    'the dates of a series, and not its master',
    series,
    [
      [10, 15],
      [22, 24],
      [30, 35],
    ],
  ],
  [
    'only the dates that stand for themselves of a series that was declined',
    { ...series, event: event({ id: 'm', type: 'seriesMaster', response: 'declined' }) },
    [[22, 24]],
  ],
  [
    'nothing of a series that was cancelled',
    { ...series, event: event({ id: 'm', type: 'seriesMaster', isCancelled: true }) },
    [],
  ],
])('a room is taken by %s', (_, root, spans) => {
  expect(busyTimes([root], 8, 40).map(({ start, end }) => [start, end])).toEqual(spans);
});
