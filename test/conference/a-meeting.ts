/** Meetings for tests of what our words make of them: only what matters is named. */
import type { Meeting, PlacedConference } from '../../src/conference/meeting.ts';
import type { PlanSettings } from '../../src/conference/plan.ts';
import type { Run } from '../../src/conference/run.ts';
import type { Booked } from '../../src/meeting/booking.ts';

export const minute = 60_000;
export const hour = 60 * minute;
/** When the meeting starts; it lasts for an hour. */
export const start = Date.parse('2026-11-23T09:00:00Z');
export const end = start + hour;

export const settings: PlanSettings = {
  setup: 5 * minute,
  teardown: 10 * minute,
  watchEvery: 5_000,
  clearFor: 10 * minute,
  extension: { warnings: [], roomCalendar: false },
  release: { after: 0, room: false },
  sip: new Map([
    ['board@x', 'board@video'],
    ['huddle@x', 'huddle@video'],
  ]),
};

export const booked: Booked = {
  key: 'uid',
  uid: 'uid',
  start,
  end,
  title: 'Budget',
  organizer: { name: 'Tim', address: 'tim@example.com' },
  isPrivate: false,
  rooms: ['board@x'],
};

export const placement: PlacedConference = {
  cluster: 'emea',
  number: '8000',
  passcode: '271828',
  secret: 's',
};

/** As it is a moment after the start: open, and its room dialled. */
export const run: Run = {
  cluster: 'emea',
  number: '8000',
  space: 'space-1',
  name: 'Budget',
  passcode: '271828',
  secret: 's',
  end,
  callBridge: 'https://cms1',
  call: 'call-1',
  openedAt: start - 5 * minute,
  rooms: { 'board@x': { sip: 'board@video', state: 'dialled', callBridge: 'https://cms1', leg: 'leg-1' } },
};

export const closed: Run = { ...run, closedAt: end, closeReason: 'ended', uncleared: [] };

/** A planned meeting, unless told otherwise. */
export function meeting(fields: Partial<Meeting> = {}): Meeting {
  const known = { bookings: new Map(), organizerCopy: 'unreadable' as const };
  const whole = { key: 'uid', booked, placement, run: undefined, ...known, ...fields };
  return { last: whole.booked ?? booked, ...whole };
}
