/**
 * Calls whom operators want in, and puts out whom they do not. At least once; safe because whoever is to be called is
 * looked for in the conference first, by its call bridge and not by what is known of it, and to put out twice is as good
 * as once.
 */
import { bareAddress } from '../src/cms/call-legs.ts';
import type { CmsFault } from '../src/cms/fault.ts';
import { dropParticipant } from '../src/cms/operations/participant.ts';
import { openRun } from '../src/conference/meeting.ts';
import {
  done,
  type Operation,
  type Order,
  type Outcome,
  refused,
} from '../src/conference/operation/operation.ts';
import type { Run } from '../src/conference/run.ts';
import { NoCallBridge } from './call-bridges.ts';
import { type Hand, mustBeOurs, record } from './hand.ts';
import { foundUntil, mayBeLate, progress } from './order-progress.ts';
import {
  everybody,
  faultOf,
  forEach,
  type Place,
  type Present,
  placesOf,
  refusalIn,
  those,
} from './reaching.ts';
import { dialRoom, findRoom } from './steps.ts';

/**
 * A further address. One that may have been called is looked for, for as long as it may still be called late.
 * @throws NoCallBridge where it is to be tried again
 */
export async function dial(
  hand: Hand,
  order: Order,
  { address: given, until = 0 }: Extract<Operation, { do: 'dial' }>,
): Promise<Outcome> {
  const address = bareAddress(given);
  const [place] = await placesOf(hand);
  const again = (faults: readonly CmsFault[]) => {
    const cluster = openRun(hand.meeting.run)?.cluster ?? '';
    if (Date.now() < until) throw new NoCallBridge(cluster, faults, 'dial');
  };
  if (place === undefined) {
    again([]);
    return refused('call-bridge-lost', Date.now());
  }
  const inIt = () => findRoom(place.client, place.call, address);
  try {
    const { diallingSince: since } = order;
    const found = since === undefined ? await inIt() : await foundUntil(since + mayBeLate, inIt);
    if (found !== undefined) return since === undefined ? refused('is-in', Date.now()) : done(Date.now());
    // Whom the program calls back is known to have left.
    const other = until === 0 && since === undefined ? await elsewhere(hand, address) : undefined;
    if (other !== undefined) return refused('is-elsewhere', Date.now(), elsewhereAt(other));
    await progress(hand, { ...order, diallingSince: Date.now() });
    mustBeOurs(hand);
    return await call(place, address, inIt);
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'refused') again([fault]);
    return refused(refusalIn(fault), Date.now(), fault.message);
  }
}

async function call(
  { client, call: where }: Place,
  address: string,
  inIt: () => Promise<object | undefined>,
): Promise<Outcome> {
  let isSilent = false;
  const began = Date.now();
  try {
    await dialRoom(client, where, address, () => {
      isSilent = true;
    });
  } catch (error) {
    // It may be about to call all the same.
    if (!isSilent || (await foundUntil(began + mayBeLate, inIt)) === undefined) throw error;
  }
  return done(Date.now());
}

/** The plan dials it, as it does at the start. */
export async function redial(hand: Hand, run: Run, { at }: Order, room: string): Promise<Outcome> {
  const { sip: addresses } = hand.deps.settings;
  const now = Date.now();
  const address = bareAddress(addresses.get(room) ?? '');
  if (address === '' || !hand.meeting.booked?.rooms.includes(room)) return refused('not-a-room', now);
  const { [room]: known, ...rooms } = run.rooms;
  // For another operator, or by whoever died before this was settled.
  const isCalled = Math.max(known?.dialledAt ?? 0, known?.failedAt ?? 0) >= at;
  if (known === undefined || known.state === 'intended' || isCalled) return done(now);
  if (await isIn(hand, address)) return refused('is-in', now);
  const other = await elsewhere(hand, address);
  if (other !== undefined) return refused('is-elsewhere', now, elsewhereAt(other));
  await record(hand, { ...run, rooms });
  return done(now);
}

/** As the call bridge has it now; where it does not say, as the live picture has it. */
async function isIn(hand: Hand, address: string): Promise<boolean> {
  const [place] = await placesOf(hand);
  try {
    if (place !== undefined) return (await findRoom(place.client, place.call, address)) !== undefined;
  } catch (error) {
    faultOf(error);
  }
  return (await everybody(hand)).some(({ attendee }) => attendee?.address === address);
}

/** The number of another conference of ours that it is in, as the live picture has it: nobody is to be in two. */
async function elsewhere(hand: Hand, address: string): Promise<string | undefined> {
  const others = (await hand.deps.meetings.open()).filter(({ key }) => key !== hand.meeting.key);
  const found = await Promise.all(
    others.map(async (meeting) => {
      const isThere = (await everybody({ ...hand, meeting })).some(
        ({ attendee }) => attendee?.address === address,
      );
      return isThere ? meeting.run?.number : undefined;
    }),
  );
  return found.find((number) => number !== undefined);
}

function elsewhereAt(number: string): string {
  return `it is in the conference ${number}: move it from there, or put it out there first`;
}

/** A room of this meeting that was moved here is in, and not to be called. */
export async function takeIn(
  hand: Hand,
  run: Run,
  { participant, room, sip, callBridge }: Extract<Operation, { do: 'take-in' }>,
): Promise<Outcome> {
  const now = Date.now();
  if (room !== undefined && sip !== undefined && hand.meeting.booked?.rooms.includes(room)) {
    const known = { sip, state: 'dialled' as const, callBridge, leg: participant, connectedAt: now };
    await record(hand, { ...run, rooms: { ...run.rooms, [room]: known } });
  }
  return done(now);
}

/** A room that was put out is not called again by itself. */
export async function drop(hand: Hand, run: Run, present: readonly Present[]): Promise<Outcome> {
  const outcome = await forEach(hand, present, ({ client, id }) => dropParticipant(client, id));
  const gone = new Set(
    outcome.participants?.flatMap(({ participant, refusal }) => (refusal ? [] : [participant])),
  );
  const now = Date.now();
  const rooms = Object.entries(run.rooms).map(([name, room]) => {
    const { attendee } = present.find(({ attendee: one }) => one?.address === bareAddress(room.sip)) ?? {};
    const isGone = gone.has(room.leg ?? '') || gone.has(attendee?.id ?? '');
    return [name, isGone && room.state === 'dialled' ? { ...room, endedAt: now } : room] as const;
  });
  if (gone.size > 0) await record(hand, { ...run, rooms: Object.fromEntries(rooms) });
  return outcome;
}

/**
 * Whom it concerns. Who is in, or waits, when everybody is meant is written down before anything is done: after a death it
 * is still them who are meant, though they have gone, or wait no more.
 */
export async function thoseMeant(
  hand: Hand,
  order: Order,
  operation: Extract<Operation, { do: 'drop' | 'admit' }>,
): Promise<Present[]> {
  const ids = operation.who === 'all' ? order.meant : operation.who;
  if (ids !== undefined) return await those(hand, ids);
  const everyone = await everybody(hand);
  const meant =
    operation.do === 'drop' ? everyone : everyone.filter(({ attendee }) => attendee?.isInLobby === true);
  if (meant.length > 0) await progress(hand, { ...order, meant: meant.map(({ id }) => id) });
  return meant;
}
