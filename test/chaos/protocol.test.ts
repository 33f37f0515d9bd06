/** No state that the protocol of start, adoption and failover can reach breaks a promise; without a part of it one does. */
import { describe, expect, it } from 'vitest';
import { type Bounds, explore } from './protocol-explore.ts';
import type { Omission } from './protocol-parts.ts';
import { short } from './protocol-scenes.ts';
import { anEnd, oneMeeting, type Scene, twoMeetings } from './protocol-state.ts';
import { story } from './protocol-story.ts';

describe('no state breaks a promise', () => {
  it.each(short)('$title', async ({ scene, states }) => {
    const found = await explore(scene, states === undefined ? {} : { states });
    expect(found.fault && story(found.fault)).toBeUndefined();
    if (states === undefined) expect(found.isWhole).toBe(true);
    expect(found.states).toBeGreaterThan(100);
  });

  it('the same is explored in the same way again', async () => {
    const scene = oneMeeting({ faults: 1, late: 1 });
    expect(await explore(scene)).toEqual(await explore(scene));
  });
});

describe('it is noticed when there is', () => {
  const faulty: readonly (readonly [what: string, Omission, Scene, broken: RegExp])[] = [
    ['no look at the claim', 'lease', oneMeeting({ stops: 1 }), /two calls/],
    ['no look before a call is made again', 'look for a call', oneMeeting({ deaths: 1 }), /two calls/],
    [
      'no look before a room is dialled again',
      'look for a room',
      oneMeeting({ deaths: 1 }),
      /is dialled on cms1/,
    ],
    ['no record of what is about to be done', 'intent', oneMeeting({ deaths: 1 }), /two calls/],
    ['no lock before the calls are ended', 'lock', oneMeeting({}), /space is open after the end/],
    [
      'no record of what is left on a lost call bridge',
      'uncleared',
      anEnd({ losses: 1 }),
      /a call is left after the end/,
    ],
    ['no question whose the slot is at an end', 'successor', twoMeetings({}), /the end of A hangs up B/],
    [
      'no wait for the end of the meeting before',
      'predecessor',
      twoMeetings({}),
      /rooms of A are in the conference of B/,
    ],
    [
      'no question to the peers of a lost call bridge',
      'witnesses',
      oneMeeting({ losses: 1 }),
      /is dialled on cms2 while it is in/,
    ],
  ];

  it.each(faulty)('%s', async (_, omission, scene, broken) => {
    const bounds: Bounds = { without: [omission], states: 60_000 };
    const { fault } = await explore(scene, bounds);
    expect(fault?.broken).toMatch(broken);
    expect(fault && story(fault).split('\n').length).toBeGreaterThan(5);
  });
});
