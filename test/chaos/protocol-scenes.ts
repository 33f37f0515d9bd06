/** The worlds that are explored: how much may go wrong in each, and how far it is gone. */
import { anEnd, oneMeeting, type Scene, twoMeetings } from './protocol-state.ts';

export interface Chapter {
  /** What may happen. */
  readonly title: string;
  readonly scene: Scene;
  /** Where the whole takes longer than CI has: how many of its states are looked at there, the nearest first. */
  readonly states?: number;
}

/** What CI explores. */
export const short: readonly Chapter[] = [
  {
    title: 'a start; a request goes wrong, a worker dies',
    scene: oneMeeting({ faults: 1, late: 1, deaths: 1 }),
  },
  {
    title: 'a start; a request goes wrong, a worker is taken for dead and wakes',
    scene: oneMeeting({ faults: 1, late: 1, stops: 1 }),
  },
  {
    title: 'a start with two rooms; a request goes wrong',
    scene: oneMeeting({ faults: 1, late: 1 }, { rooms: 2 }),
  },
  { title: 'a start; a call bridge is lost', scene: oneMeeting({ losses: 1 }), states: 2_000 },
  {
    title: 'an end; a request goes wrong, a worker dies',
    scene: anEnd({ faults: 1, late: 1, deaths: 1 }),
  },
  { title: 'an end; a call bridge is lost', scene: anEnd({ losses: 1 }) },
  { title: 'two meetings in one slot', scene: twoMeetings({}), states: 6_000 },
];

/** What takes longer. */
export const long: readonly Chapter[] = [
  ...short,
  {
    title: 'a start with two rooms; two requests go wrong',
    scene: oneMeeting({ faults: 2, late: 1 }, { rooms: 2 }),
  },
  { title: 'a start; two requests go wrong', scene: oneMeeting({ faults: 2, late: 1 }) },
  {
    title: 'a start; a request goes wrong, two workers are taken for dead',
    scene: oneMeeting({ faults: 1, late: 1, stops: 2 }),
  },
  {
    title: 'a start and its end at any moment; a request goes wrong, a worker dies',
    scene: oneMeeting({ faults: 1, late: 1, deaths: 1, ends: 1 }),
  },
  {
    title: 'a start; a call bridge is lost, a request goes wrong',
    scene: oneMeeting({ losses: 1, faults: 1, late: 1 }),
  },
  {
    title: 'a start; a call bridge is lost, a worker dies',
    scene: oneMeeting({ losses: 1, deaths: 1 }),
  },
  {
    title: 'a start; a request goes wrong, and what is due later is done',
    scene: oneMeeting({ faults: 1, late: 1, waits: 2 }),
  },
  {
    title: 'an end; a call bridge is lost, and what is due later is done',
    scene: anEnd({ losses: 1, waits: 1 }),
  },
  {
    title: 'a start; a request goes wrong, and it is counted what runs',
    scene: oneMeeting({ faults: 1, late: 1, census: 1 }),
  },
  { title: 'a start; both call bridges are lost', scene: oneMeeting({ losses: 2 }) },
  {
    title: 'an end; a call bridge is lost, a worker is taken for dead and wakes',
    scene: anEnd({ losses: 1, stops: 1 }),
  },
  { title: 'two meetings in one slot; a request goes wrong', scene: twoMeetings({ faults: 1, late: 1 }) },
  { title: 'two meetings in one slot; a worker is taken for dead', scene: twoMeetings({ stops: 1 }) },
  { title: 'two meetings in one slot; a worker dies', scene: twoMeetings({ deaths: 1 }) },
  { title: 'two meetings in one slot; a call bridge is lost', scene: twoMeetings({ losses: 1 }) },
];
