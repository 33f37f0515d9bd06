/**
 * What the protocol promises, of every state and of every state once all is quiet. What nobody can promise is left out: that
 * a request is carried out which we had given up (`late`), and that people of the meeting before are on a call bridge that
 * nobody reaches when no other slot is free (`unclean`, which is said on the timeline).
 */
import type { Fibers } from './protocol-fibers.ts';
import { addresses, type Key, type Scene, type State, sipOf } from './protocol-state.ts';

/** Broken in this very state; undefined for nothing. */
export function brokenNow(scene: Scene, state: State, fibers: Fibers): string | undefined {
  if (state.breach !== undefined) return state.breach;
  for (const { work } of state.processes) {
    for (const { key, at } of work) {
      const { failure } = fibers.node(at).over ?? {};
      if (failure !== undefined) return `the work at ${key} fails: ${failure}`;
    }
  }
  for (const { is, calls } of state.bridges) {
    if (is === 'away') continue;
    for (const key of Object.keys(scene.booked) as Key[]) {
      const own = calls.filter(({ by, late }) => by === key && late !== true);
      if (own.length > 1) return `${key} has two calls on one call bridge`;
    }
  }
  return wrongMeeting(state);
}

/** All of one slot are in one conference, on whichever call bridge. */
function wrongMeeting({ bridges, meetings }: State): string | undefined {
  if (meetings.B?.unclean) return undefined;
  const legs = bridges.flatMap(({ is, calls }) => (is === 'away' ? [] : calls.flatMap((call) => call.legs)));
  const timely = legs.filter(({ late }) => late !== true);
  const isIn = (key: Key) => timely.some(({ of }) => of === key);
  return isIn('A') && isIn('B') ? 'rooms of A are in the conference of B' : undefined;
}

/** Broken though nobody has anything left to do, all call bridges are well and the meeting has not ended. */
export function brokenWhileOpen(
  scene: Scene,
  { bridges, meetings, space }: State,
  key: Key,
): string | undefined {
  const { run } = meetings[key] ?? {};
  if (run?.openedAt === undefined || run.closedAt !== undefined) return `${key} is not open by its record`;
  if (!space.open || space.name !== key)
    return `${key} is open, and its space is ${space.open ? space.name : 'locked'}`;
  const calls = bridges.flatMap((bridge, i) => bridge.calls.map((call) => ({ ...call, on: addresses[i] })));
  const own = calls.find(({ id, on }) => id === run.call && on === run.callBridge);
  if (own === undefined) return `the call of ${key} is not there`;
  // Whoever is in through another call bridge is in the same conference; a call in which nobody is, is one too many.
  if (calls.some((call) => call !== own && call.legs.length === 0)) return `${key} has a second call`;
  const legs = calls.flatMap((call) => call.legs);
  for (const room of scene.booked[key]?.rooms ?? []) {
    const times = legs.filter(({ sip }) => sip === sipOf(room)).length;
    if (times !== 1) return `${room} is in ${key} ${times} times`;
  }
  return legs.some(({ of }) => of !== key) ? `strangers are in ${key}` : undefined;
}

/** Broken though nobody has anything left to do, all call bridges are well and all meetings have ended. */
export function brokenInTheEnd({ bridges, meetings, space }: State): string | undefined {
  // What a request that came late has opened or begun is seen to by the next sweep of the slots, not explored here.
  if (space.open && space.late !== true) return `the space is open after the end, as ${space.name}`;
  if (bridges.some(({ calls }) => calls.some(({ late }) => late !== true)))
    return 'a call is left after the end';
  for (const [key, { run, released }] of Object.entries(meetings)) {
    if (run?.closedAt === undefined) return `${key} is not closed by its record`;
    if (released !== true) return `${key} has kept its slot`;
    if ((run.uncleared ?? []).length > 0) return `${key} is not cleared`;
  }
  return undefined;
}
