/**
 * The audit of a room: its whole window is read afresh and compared with what was held, and what was held with the
 * meetings and their slots. What differs is repaired, reported and counted. At least once; each repair looks at what
 * stands, so repairing twice changes nothing.
 */
import { isOver } from '../src/conference/meeting.ts';
import type { ClusterConfig } from '../src/config.ts';
import { readDeltaRound } from '../src/graph/delta.ts';
import { absentMasters, readItems } from '../src/graph/event.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { type Difference, type DifferenceKind, differencesOf } from '../src/meeting/audit.ts';
import { sameBooking } from '../src/meeting/booking.ts';
import { namedBy } from '../src/meeting/calendar.ts';
import { type Bookings, bookingsIn } from '../src/meeting/room-bookings.ts';
import { tellMeetings } from './applying.ts';
import { type Round, readBaseline } from './reading.ts';
import { latest, type SyncingDeps, settle } from './syncing.ts';

export interface AuditingDeps extends SyncingDeps {
  readonly clusters: readonly ClusterConfig[];
}

/** So many are named in a report; all are counted. */
const named = 50;
/** Meetings looked at together. */
const page = 500;

/** To be called after a delta round: what that has brought is no difference. @throws GraphFault */
export async function audit(deps: AuditingDeps, mailbox: string, now: number): Promise<void> {
  const rules = deps.rulesOf(mailbox);
  const known = await deps.rooms.calendars.sync(mailbox);
  const round = await readBaseline(deps, mailbox, known, rules, now);
  const window = { from: round.sync.window.from, to: known?.window.to ?? 0 };
  let found = [...round.changes].flatMap(([root, change]) =>
    differencesOf(change, window).map((difference) => ({ ...difference, root })),
  );
  if (found.length > 0 && known !== undefined) {
    const meanwhile = await changedMeanwhile(deps, mailbox, known.deltaLink, round);
    found = found.filter(({ root }) => !meanwhile.has(root));
  }
  await settle(deps, mailbox, round, undefined, now);
  const roots = new Set(found.map(({ root }) => root));
  for (const root of roots) {
    const changedAt = latest(round.changes.get(root)?.after);
    const seconds = Math.max(0, now - (changedAt ?? now)) / 1_000;
    if (changedAt !== undefined) deps.metrics.changeLatency.observe({ way: 'audit' }, seconds);
  }
  deps.metrics.changes.inc({ way: 'audit' }, roots.size);
  const held = bookingsIn(await deps.rooms.calendars.all(mailbox));
  const differences = [...found, ...(await repairMeetings(deps, mailbox, held, now))];
  await report(deps, mailbox, differences, now);
  if (roots.size > 0) await deps.rooms.putStatus(mailbox, { lastAudited: now });
}

/** Writes down what an audit has found, and counts it. */
export async function report(
  { rooms, metrics, log }: Pick<AuditingDeps, 'rooms' | 'metrics' | 'log'>,
  mailbox: string,
  differences: readonly Difference[],
  now: number,
): Promise<void> {
  const counts: Partial<Record<DifferenceKind, number>> = {};
  for (const { kind } of differences) {
    counts[kind] = (counts[kind] ?? 0) + 1;
    metrics.auditDifferences.inc({ kind });
  }
  const examples = differences.slice(0, named).map(({ kind, of }) => ({ kind, of }));
  await rooms.putAudit(mailbox, { at: now, counts, examples });
  if (differences.length > 0)
    log.warn({ mailbox, counts }, 'the audit has found differences and repaired them');
}

/** Roots that changed while the calendar was read: the delta that follows brings them all the same. */
async function changedMeanwhile(
  { graph }: AuditingDeps,
  mailbox: string,
  link: string,
  { changes }: Round,
): Promise<ReadonlySet<string>> {
  try {
    const { items } = await readDeltaRound(graph, { mailbox, link });
    const { roots, members } = namedBy(readItems(items).changes);
    const touched = new Set([...roots, ...members, ...absentMasters(items)]);
    for (const [id, { before }] of changes) {
      const own = [...(before?.occurrences ?? []).map(([occurrence]) => occurrence)];
      if ([...own, ...(before?.exceptions ?? []).map((event) => event.id)].some((one) => touched.has(one)))
        touched.add(id);
    }
    return touched;
  } catch (error) {
    if (error instanceof GraphFault && error.kind === 'reset') return new Set();
    throw error;
  }
}

/** Compares the room's bookings that are not over with the meetings and their slots. @returns what was repaired */
export async function repairMeetings(
  deps: AuditingDeps,
  mailbox: string,
  held: Bookings,
  now: number,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const current = [...held.values()].filter(({ end }) => end > now);
  for (let first = 0; first < current.length; first += page) {
    const bookings = current.slice(first, first + page);
    const keys = bookings.map(({ key }) => key);
    const meetings = new Map((await deps.meetings.loadMany(keys)).map((meeting) => [meeting.key, meeting]));
    const repair: Difference[] = [];
    for (const booking of bookings) {
      const { key } = booking;
      const meeting = meetings.get(key);
      const said = meeting?.bookings.get(mailbox);
      if (said === undefined) repair.push({ kind: 'meeting-missing', of: key });
      else if (!sameBooking(said, booking)) repair.push({ kind: 'meeting-differs', of: key });
      else if (meeting === undefined || meeting.booked === undefined || isOver(meeting)) continue;
      else if (meeting.placement === undefined) {
        if (meeting.unplaced === undefined) repair.push({ kind: 'no-slot-unsaid', of: key });
      } else if (!(await isHeld(deps, key, meeting.placement, meeting.booked))) {
        repair.push({ kind: 'unheld-slot', of: key });
      }
    }
    await repairThose(deps, mailbox, repair, held, now);
    differences.push(...repair);
  }
  const window = { from: now, to: Number.MAX_SAFE_INTEGER };
  const left = (await deps.meetings.ofRoom(mailbox, window.from, window.to)).flatMap(({ key, bookings }) => {
    const said = bookings.get(mailbox);
    return said !== undefined && said.end > now && !held.has(key)
      ? [{ kind: 'meeting-left' as const, of: key }]
      : [];
  });
  await repairThose(deps, mailbox, left, held, now);
  return [...differences, ...left];
}

async function repairThose(
  deps: AuditingDeps,
  mailbox: string,
  differences: readonly Difference[],
  held: Bookings,
  now: number,
): Promise<void> {
  if (differences.length === 0) return;
  const keys = differences.map(({ of }) => of);
  await tellMeetings(deps, mailbox, keys, held, now);
  const uids = (await deps.meetings.loadMany(keys)).map(({ last }) => last.uid);
  await deps.invite([...new Set(uids)]);
}

async function isHeld(
  { slots, clusters }: AuditingDeps,
  key: string,
  { cluster, number }: { readonly cluster: string; readonly number: string },
  { start }: { readonly start: number },
): Promise<boolean> {
  const isKnown = clusters.some(({ name }) => name === cluster);
  const held = isKnown ? await slots.heldBy(cluster, key) : undefined;
  return held !== undefined && held.number === number && held.from <= start && held.to > start;
}
