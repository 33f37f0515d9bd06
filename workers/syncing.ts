/**
 * Brings what we hold of one room to what its mailbox says, at the cost of what changed. At least once; safe because a
 * delta link is stored in one transaction with what it stands for, after the meetings it changed were written: killed
 * before, the same round is read and written again.
 */

import { openRun } from '../src/conference/meeting.ts';
import { GraphFault } from '../src/graph/fault.ts';
import type { Metrics } from '../src/http/metrics.ts';
import { mayBeOurs } from '../src/meeting/audit.ts';
import type { RoomBooking } from '../src/meeting/booking.ts';
import type { Root, RootChange } from '../src/meeting/calendar.ts';
import { seriesOf } from '../src/meeting/global-object-id.ts';
import {
  bookingsIn,
  continueUnder,
  type HeldRoot,
  heldAfter,
  replaceBooking,
} from '../src/meeting/room-bookings.ts';
import type { UntakenDate } from '../src/redis/rooms.ts';
import type { RoomRules } from '../src/room-rules.ts';
import { type ApplyingDeps, apply } from './applying.ts';
import { type ReadingDeps, type Round, readBaseline, readChanges } from './reading.ts';

export interface SyncingDeps extends ReadingDeps, ApplyingDeps {
  readonly metrics: Metrics;
  /** Milliseconds for which a conference can go on beyond its end. */
  readonly longestExtension: number;
  rulesOf(mailbox: string): RoomRules;
  roomRead(mailbox: string): Promise<void>;
}

/** How a change came to our knowledge. */
export type Way = 'push' | 'sweep' | 'audit';

/** @returns whether a room that was held already was read anew: then everything may have to be looked at again */
export async function sync(deps: SyncingDeps, mailbox: string, way: Way, now: number): Promise<boolean> {
  const rules = deps.rulesOf(mailbox);
  const known = await deps.rooms.calendars.sync(mailbox);
  if (known !== undefined && known.readAs === rules.readAs) {
    try {
      await settle(deps, mailbox, await readChanges(deps, mailbox, known, rules), way, now);
      return false;
    } catch (error) {
      if (!(error instanceof GraphFault) || !(error.kind === 'reset' || error.code === 'foreign-link'))
        throw error;
      deps.log.info({ mailbox }, 'delta link is gone, the calendar is read anew');
    }
  }
  const round = await readBaseline(deps, mailbox, known, rules, now);
  await settle(deps, mailbox, round, known === undefined ? undefined : way, now);
  return known !== undefined;
}

/**
 * Takes a round over: what it means for the meetings first, then the round itself with its link.
 * @param way undefined where nothing was held before, and so nothing is a change
 * @returns what the round's roots are now
 */
export async function settle(
  deps: SyncingDeps,
  mailbox: string,
  { before, changes, sync }: Round,
  way: Way | undefined,
  now: number,
): Promise<ReadonlyMap<string, HeldRoot>> {
  const known = bookingsIn(before);
  const extended = await extendedAmong(deps, known, now);
  const view = { ...deps.rulesOf(mailbox).view, now, extended };
  const after = heldAfter(before, changes, view);
  await continueRunning(deps, mailbox, before, after, now);
  const own = await ownChanges(deps, mailbox, changes);
  const others = new Map([...changes].filter(([id]) => !own.has(id)));
  await deps.touched([...uidsOf([...others.values()].filter(isByPeople))]);
  // A first reading that was killed before it was stored has told meetings what may not be so any more.
  const isFirst = way === undefined && before.size === 0;
  const next = bookingsIn(after);
  const former = isFirst ? await leftBy(deps, mailbox, sync.window, next) : known;
  await apply(deps, mailbox, former, next, uidsOf([...others.values()]), now);
  const waiting = [...after].flatMap(([id, { bookings }]) =>
    [...bookings.values()].some(({ askedAgainAt }) => askedAgainAt !== undefined) ? [id] : [],
  );
  await noteUntaken(deps, mailbox, before, after);
  await deps.rooms.calendars.put(mailbox, before, after, { ...sync, waiting });
  await deps.roomRead(mailbox);
  if (changes.size > 0) await noteChanges(deps, mailbox, changes, own, way, now);
  return after;
}

/** What meetings have of this room that it has no more. What it still has is told once more, and gets its slot. */
async function leftBy(
  { meetings }: SyncingDeps,
  mailbox: string,
  { from, to }: Round['sync']['window'],
  present: ReadonlyMap<string, RoomBooking>,
): Promise<Map<string, RoomBooking>> {
  const left = (await meetings.ofRoom(mailbox, from, to)).flatMap(({ key, bookings }) => {
    const booking = bookings.get(mailbox);
    return booking === undefined || present.has(key) ? [] : [[key, booking] as const];
  });
  return new Map(left);
}

/** Of what is over by Outlook's word, the conferences in which people still are. */
async function extendedAmong(
  { meetings, longestExtension }: SyncingDeps,
  known: ReadonlyMap<string, RoomBooking>,
  now: number,
): Promise<ReadonlySet<string>> {
  const over = [...known.values()].filter(({ end }) => end <= now && end + longestExtension > now);
  const found = await meetings.loadMany(over.map(({ key }) => key));
  return new Set(found.filter(({ run }) => openRun(run) !== undefined).map(({ key }) => key));
}

/** What is first seen in the middle of its time may be what runs already, under another key. */
async function continueRunning(
  deps: SyncingDeps,
  mailbox: string,
  before: ReadonlyMap<string, HeldRoot>,
  after: Map<string, HeldRoot>,
  now: number,
): Promise<void> {
  const known = bookingsIn(before);
  const next = bookingsIn(after);
  const fresh = [...next.values()].filter(
    ({ key, start, end }) => !known.has(key) && start <= now && end > now,
  );
  if (fresh.length === 0) return;
  const gone = [...known.values()].filter(({ key }) => next.get(key)?.isKept ?? !next.has(key));
  for (const { uid } of (await deps.meetings.ofRoom(mailbox, now, now + 1)).map(({ last }) => last)) {
    const held = await deps.rooms.calendars.roots(mailbox, { uids: [uid] });
    gone.push(...[...bookingsIn(held).values()].filter(({ isKept }) => isKept));
  }
  for (const booking of fresh) {
    const instead = continueUnder(booking, gone, now);
    if (instead === undefined) continue;
    replaceBooking(after, booking.key, instead);
  }
}

/** Roots that say what they said, and were changed when we wrote: that is the echo of it, whatever it came by. */
async function ownChanges(
  { rooms }: SyncingDeps,
  mailbox: string,
  changes: ReadonlyMap<string, RootChange>,
): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  for (const [id, change] of changes) {
    if (!mayBeOurs(change)) continue;
    const until = await rooms.echoUntil(mailbox, id);
    if (until !== undefined && (latest(change.after) ?? 0) <= until) own.add(id);
  }
  return own;
}

function uidsOf(changes: readonly RootChange[]): Set<string> {
  const uids = changes.flatMap(({ before, after }) => (after?.event ?? before?.event)?.iCalUId ?? []);
  return new Set(uids.map((uid) => seriesOf(uid)?.iCalUId ?? uid));
}

/** A series of which other dates lie in the window now was changed by nobody: its versions are the same. */
function isByPeople({ before, after }: RootChange): boolean {
  const [was, is] = [versionsOf(before), versionsOf(after)];
  return was === undefined || was !== is;
}

/** Undefined where one is not known. */
function versionsOf(root: Root | undefined): string | undefined {
  if (root === undefined) return '';
  const events = [...(root.event === undefined ? [] : [root.event]), ...root.exceptions];
  const versions = events.map(({ id, changeKey }) => changeKey && `${id} ${changeKey}`);
  return versions.includes(undefined) ? undefined : versions.sort().join();
}

/** Dates of series that the room has not taken, for whoever tells the organizer. */
async function noteUntaken(
  { rooms }: SyncingDeps,
  mailbox: string,
  before: ReadonlyMap<string, HeldRoot>,
  after: ReadonlyMap<string, HeldRoot>,
): Promise<void> {
  for (const root of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [untakenIn(before.get(root)), untakenIn(after.get(root))];
    const uid = (is ?? was)?.uid;
    if (uid !== undefined && JSON.stringify(was) !== JSON.stringify(is))
      await rooms.putUntaken({ mailbox, root, uid }, is?.dates ?? []);
  }
}

/** Undefined where there are none. */
function untakenIn(held: HeldRoot | undefined): { uid: string; dates: UntakenDate[] } | undefined {
  if (held?.root === undefined) return undefined;
  const { event, exceptions } = held.root;
  const taken = new Set([...held.bookings.values()].map(({ exceptionUid }) => exceptionUid));
  const alone = event === undefined || event.type === 'seriesMaster' ? exceptions : [event];
  const dates = alone.flatMap((one): UntakenDate[] => {
    const { originalStart, start, end, isAllDay, response } = one;
    if (originalStart === undefined || one.isCancelled || taken.has(one.iCalUId)) return [];
    const isDeclined =
      event?.type === 'seriesMaster' && event.response === 'accepted' && response === 'declined';
    return [
      {
        ...{ originalStart, start, end },
        ...(isAllDay ? { isAllDay } : {}),
        ...(isDeclined ? { isDeclined } : {}),
      },
    ];
  });
  const [first] = alone;
  const uid = event?.type === 'seriesMaster' ? event.iCalUId : first && seriesOf(first.iCalUId)?.iCalUId;
  return uid === undefined || dates.length === 0 ? undefined : { uid, dates };
}

async function noteChanges(
  deps: SyncingDeps,
  mailbox: string,
  changes: ReadonlyMap<string, RootChange>,
  own: ReadonlySet<string>,
  way: Way | undefined,
  now: number,
): Promise<void> {
  if (way === undefined) {
    await deps.rooms.putStatus(mailbox, { lastChange: now });
    return;
  }
  let found = 0;
  let newest = 0;
  for (const [id, { before, after }] of changes) {
    const changedAt = latest(after);
    if (own.has(id) || (changedAt !== undefined && changedAt === latest(before))) continue;
    found += 1;
    newest = Math.max(newest, changedAt ?? 0);
    if (changedAt !== undefined)
      deps.metrics.changeLatency.observe({ way }, Math.max(0, now - changedAt) / 1_000);
  }
  deps.metrics.changes.inc({ way }, found);
  const ways = { push: 'lastPush', sweep: 'lastSwept', audit: 'lastAudited' } as const;
  const untold = way === 'push' ? {} : await untoldOf(deps, mailbox, newest);
  await deps.rooms.putStatus(mailbox, {
    lastChange: now,
    ...(found > 0 ? { [ways[way]]: now } : {}),
    ...untold,
  });
}

/** What came into the window by itself was changed long ago, and told then: the time of the change says whether it was. */
async function untoldOf({ rooms }: SyncingDeps, mailbox: string, changedAt: number) {
  const { lastUntold = 0 } = await rooms.status(mailbox);
  return changedAt > lastUntold ? { lastUntold: changedAt } : {};
}

/** When anything of it was last changed, epoch ms. */
export function latest(root: RootChange['after']): number | undefined {
  const events = root === undefined ? [] : [root.event, ...root.exceptions];
  const times = events.flatMap((event) => event?.changedAt ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}
