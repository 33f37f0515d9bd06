/** A notice that has everything, by which templates are tried before anybody is told with them. */
import type { About, Notice } from '../notice.ts';

const start = Date.UTC(2026, 2, 3, 9);
const hour = 3_600_000;
const dates = Array.from({ length: 22 }, (_, week) => ({
  start: start + week * 168 * hour,
  end: start + week * 168 * hour + hour,
  nearest: start + week * 168 * hour + 2 * hour,
}));
const joining = {
  number: '80991007',
  uri: '80991007@meet.example.com',
  passcode: '471147',
  accessNumbers: [{ name: 'Zurich', number: '+41 44 555 01 00' }],
};

export const sampleNotice = {
  joining,
  facts: [{ kind: 'without-conference', dates }],
} as const satisfies Notice;

export const sampleAbout: About = {
  title: 'Weekly review',
  start,
  end: start + hour,
  isAllDay: false,
  isSeries: true,
  rooms: ['Boardroom', 'Library'],
  organizer: 'Anna Keller',
  isPrivate: false,
};

export const sampleHelp = 'https://help.example.com/video';
