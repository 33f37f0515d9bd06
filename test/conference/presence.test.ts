import { describe, expect, it } from 'vitest';
import {
  presenceOf,
  type RoomPolicy,
  roomPolicies,
  roomsInDoubt,
  type Seat,
} from '../../src/conference/presence.ts';

const addresses = {
  rooms: new Set(['board@video', 'huddle@video']),
  nobodies: new Set(['recorder@x', 'streamer@x']),
};
const seat = (id: string, address: string, more: Partial<Seat> = {}): Seat => ({ id, address, ...more });
const ann = seat('1', 'ann@people');
const unnamed = seat('2', '');
const board = (more: Partial<Seat> = {}) => seat('3', 'board@video', more);
const huddle = (more: Partial<Seat> = {}) => seat('4', 'huddle@video', more);
const recorder = seat('5', 'recorder@x');
const streamer = seat('6', 'streamer@x');
const [muted, loud] = [
  { isConnected: true, isMuted: true },
  { isConnected: true, isMuted: false },
];
const all = { 'ignore-muted': true, 'ignore-alone': true, count: true };
const none = { 'ignore-muted': false, 'ignore-alone': false, count: false };
const unlessAlone = { 'ignore-muted': true, 'ignore-alone': false, count: true };
const onlyCount = { 'ignore-muted': false, 'ignore-alone': false, count: true };
const rings = { isConnected: false, isMuted: false };

type Row = [
  what: string,
  seats: Seat[],
  counted: { people: number; rooms: number },
  held: Record<RoomPolicy, boolean>,
];

describe('who is in', () => {
  it.each<Row>([
    ['nobody', [], { people: 0, rooms: 0 }, none],
    ['one person', [ann], { people: 1, rooms: 0 }, all],
    ['somebody without an address', [unnamed], { people: 1, rooms: 0 }, all],
    ['one person, as two call bridges know her', [ann, ann], { people: 1, rooms: 0 }, all],
    ['a recorder', [recorder], { people: 0, rooms: 0 }, none],
    [
      'a recorder and a streamer of an empty room',
      [recorder, streamer, board(loud)],
      { people: 0, rooms: 1 },
      unlessAlone,
    ],
    ['a recorded person', [recorder, ann], { people: 1, rooms: 0 }, all],
    ['a room alone', [board()], { people: 0, rooms: 1 }, unlessAlone],
    ['a room alone, twice in the lists', [board(), board()], { people: 0, rooms: 1 }, unlessAlone],
    ['a muted room alone', [board(muted)], { people: 0, rooms: 1 }, onlyCount],
    ['a room that rings', [board(rings)], { people: 0, rooms: 0 }, none],
    ['a room and a person', [board(), ann], { people: 1, rooms: 1 }, all],
    ['a muted room and a person', [board(muted), ann], { people: 1, rooms: 1 }, all],
    ['two rooms that talk', [board(loud), huddle(loud)], { people: 0, rooms: 2 }, all],
    ['two rooms of which nothing is known', [board(), huddle()], { people: 0, rooms: 2 }, all],
    ['two rooms, one of them muted', [board(muted), huddle(loud)], { people: 0, rooms: 2 }, all],
    ['two muted rooms', [board(muted), huddle(muted)], { people: 0, rooms: 2 }, onlyCount],
    [
      'a room, and another that does not answer',
      [board(loud), huddle(rings)],
      { people: 0, rooms: 1 },
      unlessAlone,
    ],
  ])('%s', (_, seats, counted, held) => {
    for (const policy of roomPolicies) {
      const isHeld = held[policy];
      expect(presenceOf(seats, addresses, policy)).toEqual({ ...counted, isHeld });
    }
  });
});

describe('whose state is asked', () => {
  it.each<[what: string, seats: Seat[], asked: string[], ofOne?: string[]]>([
    ['nobody is in', [], []],
    ['a person is in', [board(), huddle(), ann], []],
    ['a room is alone', [board()], ['3'], []],
    ['a room is alone but for its recorder', [board(), recorder], ['3'], []],
    ['two rooms are in', [board(), huddle()], ['3', '4']],
  ])('%s', (_, seats, asked, alone = asked) => {
    const said = (policy: RoomPolicy) => roomsInDoubt(seats, addresses, policy).map(({ id }) => id);
    expect([said('ignore-muted'), said('count'), said('ignore-alone')]).toEqual([asked, asked, alone]);
  });
});
