/** Notices for tests: one for every fact, about one weekly meeting. */
import type { About, Fact, JoiningDetails } from '../../src/invitation/notice.ts';

export const hour = 3_600_000;
export const week = 168 * hour;
/** A Tuesday, 10:00 in Zurich. */
export const start = Date.UTC(2026, 2, 3, 9);

export const joining: JoiningDetails = {
  number: '80991007',
  uri: '80991007@meet.example.com',
  passcode: '471147',
  accessNumbers: [{ name: 'Zurich', number: '+41 44 555 01 00' }],
};

export const about: About = {
  title: 'Weekly review',
  start,
  end: start + hour,
  isAllDay: false,
  isSeries: false,
  rooms: ['Boardroom', 'Library'],
  organizer: 'Anna Keller',
  isPrivate: false,
};

/** The occurrence so many weeks after the first. */
export function occurrence(weeks: number) {
  return { start: start + weeks * week, end: start + weeks * week + hour };
}

const other: JoiningDetails = { ...joining, number: '80991008', uri: '80991008@meet.example.com' };
const elsewhere: JoiningDetails = { ...joining, number: '555', uri: '555@second.example.com', passcode: '' };

/** By the name under which its expected text is kept. */
export const facts: Readonly<Record<string, Fact>> = {
  ready: { kind: 'ready' },
  'number-changed': { kind: 'number-changed', was: '80991003' },
  'passcode-changed': { kind: 'passcode-changed' },
  'other-numbers': {
    kind: 'other-numbers',
    dates: [
      { ...occurrence(2), joining: elsewhere },
      { ...occurrence(1), joining: other },
    ],
  },
  'without-conference': {
    kind: 'without-conference',
    dates: [{ ...occurrence(1), nearest: occurrence(1).start + 3 * hour }, occurrence(4)],
  },
  'no-slot': { kind: 'no-slot', nearest: start + 3 * hour },
  'no-slot-ever': { kind: 'no-slot' },
  'placed-after-all': { kind: 'placed-after-all' },
  'given-up-trying': { kind: 'given-up', trying: 'same-again' },
  'given-up': { kind: 'given-up', trying: 'nothing' },
  extended: { kind: 'extended', until: start + 1.25 * hour },
  'ended-at-limit': { kind: 'ended-at-limit', at: start + 2 * hour },
  'room-declined': { kind: 'room-declined', room: 'Boardroom', dates: [occurrence(1)] },
  withdrawn: { kind: 'withdrawn' },
};

/** After these nobody can join. */
export const withoutJoining: ReadonlySet<string> = new Set(['no-slot', 'no-slot-ever', 'withdrawn']);
