/**
 * One state of the abstract world in which the protocol is explored: call bridges, one slot, what Redis has, and how far
 * each process has come. Plain data, so that the text of it is the state; instants are milliseconds since the first start.
 */
import type { Run } from '../../src/conference/run.ts';
import type { Seen } from '../../src/conference/seen.ts';
import type { Unclean } from '../../src/redis/slots.ts';
import type { Request } from './protocol-fibers.ts';

export type Key = 'A' | 'B';

export interface Leg {
  readonly id: string;
  readonly sip: string;
  /** Whose room it is. */
  readonly of: Key;
  /** It was dialled after we had stopped waiting for that, so that nobody could know of it. */
  readonly late?: true;
}

export interface Call {
  readonly id: string;
  /** Whose worker has begun it. */
  readonly by: Key;
  readonly since: number;
  readonly late?: true;
  legs: Leg[];
}

export interface Bridge {
  /** `away`: dead, with all that ran on it; `cut`: people talk on it, and none of us reaches it. */
  is: 'well' | 'away' | 'cut';
  /** What our processes have agreed on. */
  seen: 'up' | 'lost';
  /** Since when nobody of us had an answer. */
  silentSince?: number;
  upSince: number;
  calls: Call[];
}

export interface Due {
  /** Undefined: never. */
  at?: number;
  /** Somebody rang for it while it was worked on. */
  rung?: true;
  /** The process that has the claim. */
  holder?: number;
}

export interface Process {
  is: 'well' | 'stopped' | 'dead';
  work: Fiber[];
}

/** One piece of work of one process. */
export interface Fiber {
  readonly key: Key | 'census';
  /** How far it has come: a node of `Fibers`. */
  at: number;
  /** What `Work.held` says: false for ever once the process was taken for dead. */
  held: boolean;
}

/** A request that was sent, and is carried out after we have stopped waiting for its answer. */
export interface Underway {
  readonly key: Key | 'census';
  readonly request: Request;
}

/** How often each thing may still happen. */
export interface Left {
  /** Requests that fail, or whose answers are lost. */
  faults: number;
  /** Of them, those that are carried out late. */
  late: number;
  deaths: number;
  stops: number;
  /** Call bridges that go away, or are cut off from us. */
  losses: number;
  census: number;
  /** Times that somebody waits and nothing else happens. */
  waits: number;
  ends: number;
}

export interface Known {
  run?: Run;
  seen?: Seen;
  /** Its slot was given back. */
  released?: true;
  /** It was said on its timeline that people of the meeting before may be in. */
  unclean?: true;
}

export interface State {
  now: number;
  bridges: Bridge[];
  /** `late`: as a request has left it that we had given up. */
  space: { open: boolean; name: string; passcode: string; late?: true };
  meetings: Partial<Record<Key, Known>>;
  due: Partial<Record<Key, Due>>;
  marks: Unclean[];
  processes: Process[];
  underway: Underway[];
  left: Left;
  /** How many ids were given. */
  ids: number;
  /** What was done on the way here that must never be done. */
  breach?: string;
}

/** When, and with whom; milliseconds. */
export interface Booked {
  readonly start: number;
  readonly end: number;
  readonly rooms: readonly string[];
}

/** What stands fast while a world is explored. */
export interface Scene {
  readonly booked: Partial<Record<Key, Booked>>;
  readonly first: State;
  /** Whether a call bridge makes a second call in a space that has one; the vendor does not say. */
  readonly makesAnother: boolean;
}

export const addresses = ['https://cms1', 'https://cms2'] as const;

const minute = 60_000;
/** Of the first meeting. */
const end = 30 * minute;

export function sipOf(room: string): string {
  return `${room}@video`;
}

/** Whose room has this address. */
export function whose({ booked }: Scene, sip: string): Key {
  return booked.B?.rooms.some((room) => sipOf(room) === sip) ? 'B' : 'A';
}

const none: Left = { faults: 0, late: 0, deaths: 0, stops: 0, losses: 0, census: 0, waits: 0, ends: 0 };

function at(now: number, left: Partial<Left>): State {
  return {
    now,
    bridges: addresses.map(() => ({ is: 'well', seen: 'up', upSince: now - 3_600_000, calls: [] })),
    space: { open: false, name: '', passcode: '' },
    meetings: { A: {} },
    due: { A: { at: now } },
    marks: [],
    processes: [0, 1].map(() => ({ is: 'well', work: [] })),
    underway: [],
    left: { ...none, ...left },
    ids: 0,
  };
}

/** One meeting from its start to after its end. */
export function oneMeeting(left: Partial<Left>, how: { rooms?: number; makesAnother?: boolean } = {}): Scene {
  const { rooms = 1, makesAnother = true } = how;
  return {
    booked: { A: { start: 0, end, rooms: ['board', 'huddle'].slice(0, rooms) } },
    first: at(0, left),
    makesAnother,
  };
}

/** One meeting that runs, with its room in, at the instant of its end. */
export function anEnd(left: Partial<Left>, how: { makesAnother?: boolean } = {}): Scene {
  const { makesAnother = true } = how;
  const first = at(end, left);
  const sip = sipOf('board');
  const [bridge] = first.bridges;
  if (bridge !== undefined)
    bridge.calls = [{ id: 'call-1', by: 'A', since: 0, legs: [{ id: 'leg-2', sip, of: 'A' }] }];
  const room = { sip, state: 'dialled' as const, callBridge: addresses[0], leg: 'leg-2', tries: 1 };
  const run: Run = {
    ...{ cluster: 'emea', number: '8000', space: 'space-1', name: 'A', passcode: '1', secret: 'A' },
    ...{ end, callBridge: addresses[0], call: 'call-1', openedAt: 0 },
    rooms: { board: { ...room, dialledAt: 0, connectedAt: 6_000 } },
  };
  return {
    booked: { A: { start: 0, end, rooms: ['board'] } },
    first: {
      ...first,
      ids: 2,
      space: { open: true, name: 'A', passcode: '1' },
      meetings: { A: { run } },
      due: { A: { at: end } },
    },
    makesAnother,
  };
}

/** The same, and the next meeting in its slot, without margins: it starts at that instant. */
export function twoMeetings(left: Partial<Left>, how: { makesAnother?: boolean } = {}): Scene {
  const { booked, first, ...rest } = anEnd(left, how);
  const { meetings, due } = first;
  return {
    ...rest,
    booked: { ...booked, B: { start: end, end: 2 * end, rooms: ['huddle'] } },
    first: { ...first, meetings: { ...meetings, B: {} }, due: { ...due, B: { at: end } } },
  };
}
