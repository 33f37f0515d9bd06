/** A meeting is found by what is shown of it, while it is on. */
import { expect, it } from 'vitest';
import type { Meeting } from '../../../src/conference/meeting.ts';
import { findableOf, isMeant, type Wish } from '../../../src/conference/search/wish.ts';
import { wordsOf } from '../../../src/conference/search/words.ts';
import { booked, end, hour, meeting, placement, run, start } from '../a-meeting.ts';

const names = new Map([['board@x', 'Großer Saal']]);
const isFound = (one: Meeting, wish: Partial<Wish>) =>
  isMeant(findableOf(one), { from: start, to: end, ...wish }, names);
const extended = (of: number) => ({ ...run, extension: { of, until: end + hour, times: 1 } });

it.each<[string, Meeting, Partial<Wish>]>([
  ['title, room, organizer and number', meeting(), { words: wordsOf('budg saal tim 80') }],
  ['its room, in whatever case', meeting(), { room: 'Board@X' }],
  [
    "the organizer's own title",
    meeting({ organizerCopy: { subject: 'Plan', isPrivate: false } }),
    { words: wordsOf('plan') },
  ],
  ['the number it had', meeting({ placement: undefined, run }), { number: '8000' }],
  ['the time of its extension', meeting({ run: extended(end) }), { from: end, to: end + hour }],
  ['its state', meeting({ booked: undefined }), { state: 'cancelled' }],
])('found by %s', (_, one, wish) => {
  expect(isFound(one, wish)).toBe(true);
});

it.each<[string, Meeting, Partial<Wish>]>([
  [
    'a title that is not known to be public',
    meeting({ organizerCopy: undefined } as never),
    { words: wordsOf('budget') },
  ],
  [
    'the title of a private one',
    meeting({ booked: { ...booked, isPrivate: true } }),
    { words: wordsOf('budget') },
  ],
  [
    'an organizer who is hidden',
    meeting({ booked: { ...booked, hides: 'organizer' } }),
    { organizer: 'tim@example.com' },
  ],
  ['a part of its number', meeting(), { number: '800' }],
  ['a room that only begins alike', meeting(), { room: 'board@x.example' }],
  [
    'the time of an extension of another end',
    meeting({ run: extended(end - hour) }),
    { from: end, to: end + hour },
  ],
  ['the place of another', meeting({ placement: { ...placement, number: '8001' } }), { number: '8000' }],
  ['a time before it', meeting(), { from: start - hour, to: start }],
])('not found by %s', (_, one, wish) => {
  expect(isFound(one, wish)).toBe(false);
});
