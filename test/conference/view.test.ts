import { expect, it } from 'vitest';
import { detailOf, viewOf } from '../../src/conference/view.ts';
import { booked, closed, end, meeting, minute, placement, run, start } from './a-meeting.ts';

const clusters = [
  { name: 'apac', domain: 'apac.example.com' },
  { name: 'emea', domain: 'meet.example.com' },
];
const extension = { of: end, until: end + 15 * minute, times: 1 };
const view = (fields: Parameters<typeof meeting>[0] = {}) => viewOf(meeting(fields), clusters);

it('a planned meeting is shown with where it will be', () => {
  expect(view()).toEqual({
    key: 'uid',
    state: 'planned',
    reason: null,
    title: 'Budget',
    organizer: 'tim@example.com',
    start: '2026-11-23T09:00:00.000Z',
    end: '2026-11-23T10:00:00.000Z',
    rooms: ['board@x'],
    cluster: 'emea',
    callBridge: null,
    number: '8000',
    uri: '8000@meet.example.com',
    extendedUntil: null,
  });
});

it('an open one with its call bridge, and a closed one still with where it was', () => {
  expect(view({ run })).toMatchObject({ state: 'open', callBridge: 'https://cms1' });
  expect(view({ run: closed, placement: undefined })).toMatchObject({
    state: 'closed',
    reason: 'ended',
    cluster: 'emea',
    number: '8000',
    uri: '8000@meet.example.com',
    callBridge: 'https://cms1',
  });
});

it("the end is always Outlook's; an extension is shown beside it while it holds", () => {
  expect(view({ run: { ...run, extension } })).toMatchObject({
    end: '2026-11-23T10:00:00.000Z',
    extendedUntil: '2026-11-23T10:15:00.000Z',
  });
  const spoken = { ...booked, end: end + minute };
  expect(view({ run: { ...run, extension }, booked: spoken })).toMatchObject({
    end: '2026-11-23T10:01:00.000Z',
    extendedUntil: null,
  });
});

it('of a private meeting, and where a room asks for it, neither title nor organizer is shown', () => {
  const organizerCopy = { subject: 'Redundancies', isPrivate: false };
  for (const fields of [
    { booked: { ...booked, isPrivate: true }, organizerCopy },
    { booked, organizerCopy: { ...organizerCopy, isPrivate: true } },
    { booked: { ...booked, hides: 'organizer' as const }, organizerCopy },
  ]) {
    const shown = view(fields);
    expect(shown).toMatchObject({ title: 'Meeting', organizer: null });
    expect(JSON.stringify(shown)).not.toMatch(/Redundancies|tim@/);
  }
  const untitled = view({ booked: { ...booked, hides: 'title' }, organizerCopy });
  expect(untitled).toMatchObject({ title: 'Meeting', organizer: 'tim@example.com' });
});

it('what has no place shows none, nor one on a cluster that is not configured any more', () => {
  expect(view({ placement: undefined })).toMatchObject({
    state: 'unplaced',
    cluster: null,
    number: null,
    uri: null,
  });
  expect(view({ placement: { ...placement, cluster: 'gone' } })).toMatchObject({
    cluster: 'gone',
    number: '8000',
    uri: null,
  });
});

it('the passcode and the timeline are in the single answer, and nowhere a secret', () => {
  const timeline = [{ at: start, what: 'dialled' as const, room: 'board@x' }];
  const detail = detailOf(meeting({ run }), clusters, timeline);
  expect(detail.passcode).toBe('271828');
  expect(detail.timeline).toEqual([{ at: '2026-11-23T09:00:00.000Z', what: 'dialled', room: 'board@x' }]);
  expect(view({ run })).not.toHaveProperty('passcode');
  expect(view({ run })).not.toHaveProperty('timeline');
  for (const shown of [detail, view({ run })]) expect(shown).not.toHaveProperty('secret');
  expect(detailOf(meeting({ placement: { ...placement, passcode: '' } }), clusters, []).passcode).toBeNull();
  expect(detailOf(meeting({ placement: undefined }), clusters, []).passcode).toBeNull();
  expect(detailOf(meeting({ placement: undefined, run: closed }), clusters, []).passcode).toBe('271828');
});
