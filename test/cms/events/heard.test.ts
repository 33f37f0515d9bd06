/** Each event means what is so now; what says nothing of who is in is no news. */
import { describe, expect, test } from 'vitest';
import { heardAt } from '../../../src/cms/events/heard.ts';
import { callNews, type EventNews, participantNews } from '../../../src/cms/events/news.ts';
import type { News, Traits } from '../../../src/conference/attendance/news.ts';

const now = Date.parse('2026-11-27T10:00:00Z');
const told = { at: now, heard: now };

describe('an event', () => {
  test.each<[string, EventNews, News[]]>([
    ['of a socket that was opened says nothing by itself', { kind: 'reset' }, []],
    ['of a roster that is told anew says nothing by itself', { kind: 'roster-reset', call: 'c' }, []],
    [
      'of a call that was added is a call, of which the space is not told',
      callNews('c', 'add', { name: 'R & D', participants: 3 }),
      [{ ...told, kind: 'call', call: 'c' }],
    ],
    ['of a call that has changed is no news', callNews('c', 'update', { participants: 4 }), []],
    [
      'of a call that was removed is its end',
      callNews('c', 'remove', {}),
      [{ ...told, kind: 'call-over', call: 'c', reason: 'call-ended' }],
    ],
    [
      'of a participant who was removed is that they are gone, and not why',
      participantNews('c', 'ann', 'remove', { name: 'Ann', state: 'connected' }),
      [{ ...told, kind: 'participant-gone', call: 'c', participant: 'ann' }],
    ],
    [
      'of a participant of whom nothing else is told is that they are there',
      participantNews('c', 'ann', 'add', {}),
      [{ ...told, kind: 'participant', call: 'c', participant: 'ann', traits: {} }],
    ],
  ])('%s', (_, event, news) => {
    expect(heardAt([event], now)).toEqual(news);
  });

  test.each<[state: unknown, Traits]>([
    ['initial', { isConnected: false, isOnHold: false }],
    ['ringing', { isConnected: false, isOnHold: false }],
    ['connected', { isConnected: true, isOnHold: false }],
    ['onHold', { isConnected: true, isOnHold: true }],
    [undefined, {}],
    [7, {}],
  ])('of a participant whose state is %j says how they are connected', (state, traits) => {
    const [news] = heardAt([participantNews('c', 'ann', 'update', { state })], now);
    expect(news).toEqual({ ...told, kind: 'participant', call: 'c', participant: 'ann', traits });
  });

  test('of a participant has all that is told of them, and of what is not told nothing', () => {
    const event = participantNews('c', 'ann', 'update', {
      ...{ name: 'Ann', uri: 'sip:Ann@X.example;transport=tls', direction: 'incoming', state: 'connected' },
      ...{ audioMuted: 'true', videoMuted: false, importance: '5', layout: 'stacked' },
      ...{ activeSpeaker: true, presenter: 'false', canMove: 'true', movedParticipant: 'BEFORE' },
      ...{ movedParticipantCallBridge: 'cb', somethingNew: 1 },
    });
    expect(heardAt([event], now)).toEqual([
      {
        ...{ ...told, kind: 'participant', call: 'c', participant: 'ann' },
        traits: {
          ...{
            name: 'Ann',
            address: 'ann@x.example',
            direction: 'incoming',
            isConnected: true,
            isOnHold: false,
          },
          ...{ isAudioMuted: true, isVideoMuted: false, importance: 5, layout: 'stacked' },
          ...{ isSpeaking: true, isPresenting: false, canMove: true, movedFrom: 'before' },
        },
      },
    ]);
  });
});

test('events are heard in the order in which they came', () => {
  const events = [
    callNews('c', 'add', {}),
    { kind: 'roster-reset' as const, call: 'c' },
    participantNews('c', 'ann', 'add', {}),
    participantNews('c', 'ann', 'remove', {}),
    callNews('c', 'remove', {}),
  ];
  expect(heardAt(events, now).map(({ kind }) => kind)).toEqual([
    ...['call', 'participant', 'participant-gone', 'call-over'],
  ]);
});
