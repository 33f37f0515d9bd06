/**
 * Folds what a call bridge has told into who is in its calls. At least once; safe because what is folded in is written and
 * taken from what waits in one step, while the claim holds, and the same news twice are once. Killed in between, the next
 * one finds all of it waiting.
 */
import type { Logger } from 'pino';
import { bareAddress } from '../src/cms/call-legs.ts';
import { readCall } from '../src/cms/calls.ts';
import { CmsFault, ignoreFault } from '../src/cms/fault.ts';
import { readParticipant } from '../src/cms/participants.ts';
import type { Attendee } from '../src/conference/attendance/attendee.ts';
import { type Changes, fold, mentioned } from '../src/conference/attendance/fold.ts';
import type { News } from '../src/conference/attendance/news.ts';
import { order, patience } from '../src/conference/attendance/ordering.ts';
import { organizerShown } from '../src/conference/meeting.ts';
import type { AttendanceStore, StoredCall, StoredKnown } from '../src/redis/attendance.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { CallBridges, Cluster } from './call-bridges.ts';
import type { Work } from './processor.ts';
import { whoHas } from './sweeping.ts';

export interface FoldingDeps {
  readonly attendance: AttendanceStore;
  readonly bridges: BridgeStore;
  readonly meetings: MeetingStore;
  readonly slots: SlotStore;
  readonly callBridges: CallBridges;
  /** SIP addresses of rooms' endpoints. */
  readonly rooms: ReadonlySet<string>;
  /** Milliseconds that it is kept who was in. */
  readonly keep: number;
  readonly log: Logger;
  /** Asks that the call bridge be asked who is in its calls. */
  doubt(address: string): Promise<void>;
}

/** Folded in at once. */
const batch = 500;
/** Participants that are asked at once whether they are hosts. */
const askedAtOnce = 16;
/** Milliseconds after which a call that nobody has told the space of is asked for it. */
const tellsItsSpaceWithin = 400;
/** Milliseconds for which the meeting of a call is looked for: its conference is being opened. */
const soughtFor = 60_000;
const again = 1_000;

/** @returns when to look again, where something waits */
export async function foldBacklog(deps: FoldingDeps, work: Work, cluster: Cluster, address: string) {
  const { attendance } = deps;
  for (;;) {
    const now = Date.now();
    const [folds, heard] = await Promise.all([attendance.folds(address), attendance.backlog(address, batch)]);
    const { records } = await attendance.source(address);
    const ordered = order(heard, records, now);
    const known = await attendance.load(address, mentioned(ordered.ready));
    const changes = fold(known, ordered.ready);
    const { calls, isSought } = await assign(deps, cluster, address, known, changes, ordered.lost);
    const callOf = (id: string) => calls.get(id) ?? known.calls.get(id);
    const newlyHidden = [...calls].filter(([id, call]) => call.isHidden && !known.calls.get(id)?.isHidden);
    const before = await Promise.all(
      newlyHidden.map(async ([id]) => [id, await attendance.attendeesOf(address, id)] as const),
    );
    const kept = withoutForeign(deps, withThose(changes, before), callOf);
    const isWritten = await attendance.commit(work.lease, address, {
      ...{ ...kept, calls, over: changes.over, now, keep: deps.keep },
      ...{ records: ordered.state, taken: heard.length, waiting: ordered.waiting, folds },
    });
    // It is somebody else's, or somebody was at it at the same time: then all that was read waits for whoever looks next.
    if (!isWritten) return Date.now();
    if (ordered.isDoubtful) await deps.doubt(address);
    if (await askForHosts(deps, cluster, address, kept.attendees, callOf)) continue;
    if (heard.length === batch && ordered.waiting.length < batch) continue;
    if (ordered.waiting.length > 0) return now + patience / 2;
    return isSought ? now + again : undefined;
  }
}

/** Whose the calls are: found out once for each, and again a little later for those whose conference just opens. */
async function assign(
  deps: FoldingDeps,
  cluster: Cluster,
  address: string,
  known: StoredKnown,
  changes: Changes,
  lost: number,
): Promise<{ calls: Map<string, StoredCall>; isSought: boolean }> {
  const now = Date.now();
  const calls = new Map<string, StoredCall>();
  for (const [id, call] of changes.calls) calls.set(id, { knownAt: now, ...known.calls.get(id), ...call });
  let isSought = false;
  if (lost > 0) {
    for (const [id, call] of new Map([...(await deps.attendance.openCalls(address)), ...calls]))
      calls.set(id, { ...call, lostRecords: (call.lostRecords ?? 0) + lost });
  }
  for (const [id, call] of new Map([...(await deps.attendance.sought(address)), ...calls])) {
    if (call.isForeign || call.meeting !== undefined || now - call.knownAt > soughtFor) continue;
    const told = await withSpace(deps, cluster, address, id, call, now);
    const owned = told.space === undefined ? told : await owner(deps, cluster, told);
    if (owned !== call) calls.set(id, owned);
    isSought ||= owned.meeting === undefined && !owned.isForeign && owned.overAt === undefined;
  }
  return { calls, isSought };
}

/** A call whose begin was not told is asked where it runs. */
async function withSpace(
  { callBridges }: FoldingDeps,
  { config }: Cluster,
  address: string,
  id: string,
  call: StoredCall,
  now: number,
): Promise<StoredCall> {
  if (call.space !== undefined || now - call.knownAt < tellsItsSpaceWithin) return call;
  const client = callBridges.client(config.name, address);
  if (client === undefined) return call;
  try {
    const { coSpace } = await readCall(client, id, { priority: 'sweep' });
    return coSpace === undefined ? { ...call, isForeign: true } : { ...call, space: coSpace };
  } catch (error) {
    if (!(error instanceof CmsFault)) throw error;
    return error.kind === 'absent' ? { ...call, overAt: now } : call;
  }
}

async function owner(
  { bridges, meetings, slots }: FoldingDeps,
  { config }: Cluster,
  call: StoredCall,
): Promise<StoredCall> {
  const number = await bridges.numberOf(config.name, call.space ?? '');
  if (number === 'unknown') return call;
  if (number === undefined) return { ...call, isForeign: true };
  const holder = await whoHas({ slots, meetings }, config.name, number);
  const meeting = holder && (await meetings.load(holder.key));
  if (meeting === undefined) return call;
  const isHidden = organizerShown(meeting) === undefined && meeting.last.organizer !== undefined;
  const hasHosts = (meeting.run ?? meeting.placement)?.hosts !== undefined;
  return {
    ...{ ...call, meeting: meeting.key },
    ...(isHidden ? { isHidden: true as const } : {}),
    ...(hasHosts ? { hasHosts: true as const } : {}),
  };
}

/**
 * Whether somebody is a host is told by no record and no event: they are asked for, once each.
 * @returns whether there are answers to be folded in
 */
async function askForHosts(
  { callBridges, attendance }: FoldingDeps,
  { config }: Cluster,
  address: string,
  changed: Changes['attendees'],
  callOf: (id: string) => StoredCall | undefined,
): Promise<boolean> {
  const client = callBridges.client(config.name, address);
  if (client === undefined) return false;
  const unknown = [...changed].flatMap(([call, ofCall]) =>
    callOf(call)?.hasHosts
      ? [...ofCall.values()].flatMap((one) => (one && isUnknown(one) ? [{ call, id: one.id }] : []))
      : [],
  );
  const news: News[] = [];
  await Promise.all(
    unknown.slice(0, askedAtOnce).map(async ({ call, id }) => {
      const found = await readParticipant(client, id, { priority: 'sweep' }).catch(ignoreFault);
      const { isActivator: isHost } = found ?? {};
      if (isHost === undefined) return;
      const now = Date.now();
      news.push({ kind: 'participant', call, participant: id, traits: { isHost }, at: now, heard: now });
    }),
  );
  if (news.length === 0) return false;
  await attendance.push(address, [{ heard: Date.now(), news }]);
  return true;
}

function isUnknown({ isHost, connectedAt, leftAt }: Attendee): boolean {
  return isHost === undefined && connectedAt !== undefined && leftAt === undefined;
}

/** Who is in calls that are none of our business is not written down, and of some nobody's name is. */
function withoutForeign(
  { rooms }: FoldingDeps,
  { seats, attendees }: Pick<Changes, 'seats' | 'attendees'>,
  callOf: (id: string) => StoredCall | undefined,
): Pick<Changes, 'seats' | 'attendees'> {
  const isForeign = (call: string) => callOf(call)?.isForeign === true;
  return {
    seats: new Map([...seats].map(([leg, seat]) => [leg, seat && isForeign(seat.call) ? undefined : seat])),
    attendees: new Map(
      [...attendees]
        .filter(([call]) => !isForeign(call))
        .map(([call, ofCall]) => [call, callOf(call)?.isHidden ? nameless(ofCall, rooms) : ofCall]),
    ),
  };
}

/** Those who came before it was known that nobody's name is to be kept, too. */
function withThose(
  { seats, attendees }: Changes,
  before: readonly (readonly [call: string, attendees: readonly Attendee[]])[],
): Pick<Changes, 'seats' | 'attendees'> {
  const all = new Map(attendees);
  for (const [call, those] of before)
    all.set(call, new Map([...those.map((one) => [one.id, one] as const), ...(attendees.get(call) ?? [])]));
  return { seats, attendees: all };
}

function nameless(ofCall: ReadonlyMap<string, Attendee | undefined>, rooms: ReadonlySet<string>) {
  return new Map(
    [...ofCall].map(([id, attendee]) => {
      if (attendee === undefined || rooms.has(bareAddress(attendee.address ?? ''))) return [id, attendee];
      const { name: _, address: __, ...rest } = attendee;
      return [id, rest];
    }),
  );
}
