import { describe, expect, it } from 'vitest';
import type { Attendee } from '../../../src/conference/attendance/attendee.ts';
import { overviewOf, type Trouble } from '../../../src/conference/attendance/overview.ts';
import { type Part, pictureOf } from '../../../src/conference/attendance/picture.ts';
import type { DialledRoom, Run } from '../../../src/conference/run.ts';
import { viewOf } from '../../../src/conference/view.ts';
import { meeting, run, start } from '../a-meeting.ts';

const sip = 'board@video';
const dialled: DialledRoom = { sip, state: 'dialled', callBridge: 'https://cms1', leg: 'leg-1' };

/** Connected, unless told otherwise. */
function attendee(id: string, fields: Partial<Attendee> = {}): Attendee {
  return { id, legs: [id], since: start, connectedAt: start, heardAt: start, ...fields };
}

const room = attendee('leg-1', { address: sip });
const ann = attendee('ann');
const inLobby = (id: string) => attendee(id, { isInLobby: true });
const rings = (id: string, fields: Partial<Attendee> = {}): Attendee => {
  const { connectedAt: _, ...rest } = attendee(id, { isConnected: false, ...fields });
  return rest;
};
const left = (one: Attendee): Attendee => ({ ...one, leftAt: start + 1, reason: 'hung-up' });

function overview(
  attendees: readonly Attendee[],
  { of = run, ...fields }: Partial<Part> & { readonly of?: Run } = {},
) {
  const part = { callBridge: 'https://cms1', asOf: start, lostRecords: 0, source: 'events' as const };
  const picture = pictureOf([{ ...part, attendees, ...fields }], {
    ...{ rooms: [{ mailbox: 'board@x', sip }], nobodies: new Set<string>() },
    ...{ hasHosts: false, isHidden: false },
  });
  const open = meeting({ run: of });
  return overviewOf(open, viewOf(open, [{ name: 'emea', domain: 'video.example.com' }]), picture);
}

it('a conference is told in one line, with those who are in and where its rooms are', () => {
  const people = [ann, inLobby('ben'), rings('cid'), left(attendee('dan'))];
  expect(overview([room, ...people])).toMatchObject({
    ...{ key: 'uid', number: '8000', callBridge: 'https://cms1', state: 'open' },
    ...{ present: 3, people: 2, inLobby: 1, roomsIn: [{ mailbox: 'board@x', state: 'connected' }] },
    ...{ sources: [{ callBridge: 'https://cms1', by: 'events', lostRecords: 0 }], troubles: [] },
  });
});

describe('a room', () => {
  it.each<[string, readonly Attendee[], string]>([
    ['that is in', [room], 'connected'],
    ['that is called', [rings('leg-1', { address: sip })], 'ringing'],
    ['that is on hold', [{ ...room, isOnHold: true }], 'on-hold'],
    ['that waits for a host', [{ ...room, isInLobby: true }], 'in-lobby'],
    ['that has left', [left(room)], 'out'],
    ['that never came', [ann], 'out'],
    ['that left and came again', [left(room), attendee('leg-2', { address: sip })], 'connected'],
  ])('%s is told so', (_, attendees, state) => {
    expect(overview(attendees).roomsIn).toEqual([{ mailbox: 'board@x', state }]);
  });

  it('that is in without having been dialled is none of its rooms, and no person either', () => {
    expect(overview([room, ann], { of: { ...run, rooms: {} } })).toMatchObject({ roomsIn: [], people: 1 });
  });
});

describe('what somebody who watches should know is', () => {
  const lost = { callBridge: 'https://cms1', since: start };
  const failed: DialledRoom = { sip, state: 'failed', tries: 3, failedAt: start };
  const gone: DialledRoom = { ...dialled, endedAt: start };
  const withRoom = (known: DialledRoom): Run => ({ ...run, rooms: { 'board@x': known } });
  it.each<[string, Parameters<typeof overview>, Trouble[]]>([
    ['nothing, where all is well', [[room, ann]], []],
    ['nothing of a room that is just called', [[rings('leg-1', { address: sip })]], []],
    ['that its call bridge is lost', [[room], { of: { ...run, lost } }], ['call-bridge-lost']],
    ['that a room has not come', [[ann]], ['room-missing']],
    ['that a room has left', [[left(room), ann]], ['room-missing']],
    ['that a room could not be called', [[ann], { of: withRoom(failed) }], ['room-missing']],
    [
      'nothing of a room that has left for good, or was put out',
      [[left(room), ann], { of: withRoom(gone) }],
      [],
    ],
    ['that all wait for a host', [[inLobby('ann')], { of: { ...run, rooms: {} } }], ['no-host']],
    [
      'that all wait for a host, while somebody is called',
      [[inLobby('ann'), rings('ben')], { of: { ...run, rooms: {} } }],
      ['no-host'],
    ],
    ['nothing where some wait while others meet', [[room, inLobby('ann')]], []],
    ['nothing where nobody is in', [[], { of: { ...run, rooms: {} } }], []],
    ['that it is not known who is in', [[room], { source: 'none' }], ['unknown']],
    ['that something may be missing', [[room], { lostRecords: 1 }], ['incomplete']],
    ['the worse of both', [[room], { source: 'none', lostRecords: 1 }], ['unknown']],
    [
      'all of it, the worst first',
      [[inLobby('ann')], { of: { ...run, lost }, source: 'none' }],
      ['call-bridge-lost', 'room-missing', 'no-host', 'unknown'],
    ],
  ])('%s', (_, [attendees, fields], troubles) => {
    expect(overview(attendees, fields).troubles).toEqual(troubles);
  });
});
