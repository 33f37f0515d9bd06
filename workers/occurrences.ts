/** The occurrences that have a body of their own: exceptions, and those that differ from what their series is told. */
import type { OrganizerInstance } from '../src/graph/organizer.ts';
import { readOrganizerEvent } from '../src/graph/organizer.ts';
import type { ToldBody } from '../src/invitation/ledger.ts';
import type { Reader } from '../src/invitation/notice.ts';
import {
  type Circumstances,
  fingerprint,
  isSilent,
  type Standing,
  standingAlone,
} from '../src/invitation/standing.ts';
import type { InvitationTarget } from '../src/invitation/targets.ts';
import { tellInBody } from './bodies.ts';
import { type Copy, instanceOf, keepCopy, lookAtInstances } from './organizer-copy.ts';
import type { Telling } from './telling.ts';
import { withAdvice } from './wording.ts';

type Target = Extract<InvitationTarget, { kind: 'occurrence' }>;

export interface Occurrences {
  readonly targets: readonly Target[];
  /** The organizer's, by their original start; none where the series cannot be read. */
  readonly instances: ReadonlyMap<number, OrganizerInstance>;
}

/** Milliseconds until an occurrence without a room is taken for the only one of its series. */
const settleFor = 10_000;
/** Each that is written becomes an exception and a mail to everybody: the others stand in the series' list only. */
const mostOwnBodies = 20;
const halfDay = 43_200_000;
const month = 62 * halfDay;

/**
 * Until when it is waited whether those that lost their room are all: a whole series is lost one occurrence after the
 * other, and must not be told so one by one. Undefined where nothing is waited for.
 */
export function lostSettleAt(telling: Telling): number | undefined {
  const { ledger, now } = telling;
  const lost = unseen(telling)
    .filter((target) => isGone(target) && !isException(target))
    .map(({ originalStart }) => originalStart);
  const known = ledger.gone?.of ?? [];
  const since = lost.every((one) => known.includes(one)) ? (ledger.gone?.since ?? now) : now;
  telling.put({ gone: lost.length === 0 ? undefined : { of: lost, since } });
  return lost.length > 0 && now < since + settleFor ? since + settleFor : undefined;
}

/** @param settleAt see `lostSettleAt` */
export async function lookAtOccurrences(
  telling: Telling,
  copy: Copy,
  settleAt: number | undefined,
): Promise<Occurrences> {
  if (copy.kind !== 'found' || copy.event.type !== 'seriesMaster')
    return { targets: [], instances: new Map() };
  const { gone } = telling.ledger;
  const settled = unseen(telling).filter(
    ({ originalStart }) => settleAt === undefined || gone?.of.includes(originalStart) !== true,
  );
  const left = [...leftBehind(telling), ...notTaken(telling)];
  const targets = [...settled, ...left];
  const instances = await lookAtInstances(
    telling,
    copy.event.id,
    targets.flatMap(({ meetings }) => meetings),
    // One that no room has any more may have been declined because it was moved: then we know only where it was.
    left.length > 0 || settled.some(isGone) ? month : 0,
  );
  const found = new Map<number, OrganizerInstance>();
  for (const { originalStart } of targets) {
    const instance = instanceOf(instances, originalStart);
    if (instance !== undefined) found.set(originalStart, instance);
  }
  return { targets, instances: found };
}

/** Without those that the organizer has cancelled, as was seen before. */
function unseen({ targets, ledger }: Telling): Target[] {
  return targets
    .filter((target): target is Target => target.kind === 'occurrence')
    .filter((target) => !(isGone(target) && ledger.bodies?.[target.originalStart]?.id === ''));
}

/**
 * Where a series loses its last room, what its master said may also stand in exceptions that we never heard of: one that
 * was moved and thereupon declined. Looked for once, when the master is cleared.
 */
function leftBehind({ targets: [top], ledger }: Telling): Target[] {
  if (top?.kind !== 'event' || top.wanted !== 'none') return [];
  // Of what nothing is known, after the loss of Redis, anything may have been said.
  if (ledger.event?.standing !== undefined && isSilent(ledger.event.standing)) return [];
  return top.meetings.flatMap((meeting): Target[] => {
    const { originalStart } = meeting.last;
    if (meeting.booked !== undefined || originalStart === undefined) return [];
    return [{ ...top, kind: 'occurrence', originalStart, meetings: [meeting] }];
  });
}

/**
 * A date that stands by itself in a room that has not taken it is an exception of the organizer's, though all that have
 * taken it know of none: it has the text that its series had when it was made.
 */
function notTaken({ targets: [top], untaken, now }: Telling): Target[] {
  if (top?.kind !== 'event') return [];
  const alone = new Set(untaken.flatMap(({ originalStart, end }) => (end > now ? [originalStart] : [])));
  return top.meetings.flatMap((meeting): Target[] => {
    const { originalStart } = meeting.last;
    if (meeting.booked === undefined || originalStart === undefined || !alone.has(originalStart)) return [];
    return [{ ...top, kind: 'occurrence', originalStart, meetings: [meeting] }];
  });
}

/**
 * Where nothing but what runs is left of a series that the organizer still has, its master is cleared in place of each of
 * its dates.
 */
export function clearMaster(telling: Telling, { instances }: Occurrences): void {
  const [top, ...others] = telling.targets;
  if (top?.kind !== 'event' || typeof top.wanted === 'string') return;
  if (top.meetings.some(({ booked, last }) => booked !== undefined && last.start > telling.now)) return;
  const lost = others.filter(
    (target): target is Target =>
      target.kind === 'occurrence' &&
      isGone(target) &&
      instances.get(target.originalStart)?.isException === false,
  );
  if (lost.length < 2) return;
  const meetings = [...top.meetings, ...lost.flatMap((target) => target.meetings)];
  const left = others.filter((target) => !lost.some((one) => one === target));
  telling.targets = [{ ...top, wanted: 'none', meetings }, ...left];
}

/** Writes each body that says something else. @throws GraphFault */
export async function tellOccurrences(
  telling: Telling,
  { targets, instances }: Occurrences,
  reader: Reader,
  circumstances: Circumstances,
): Promise<void> {
  const bodies: Record<string, ToldBody> = {};
  let others = 0;
  for (const target of targets.toSorted((a, b) => a.originalStart - b.originalStart)) {
    const known = telling.ledger.bodies?.[target.originalStart];
    const instance = instances.get(target.originalStart);
    const standing = standingAlone(target, circumstances);
    if (standing === undefined) continue;
    const isLeft = telling.targets.every(
      (one) => one.kind !== 'occurrence' || one.originalStart !== target.originalStart,
    );
    if (isLeft && instance?.isException !== true) continue;
    if (instance === undefined) {
      if (isGone(target)) bodies[target.originalStart] = { id: '', etag: '', standing };
      continue;
    }
    others += instance.isException || known !== undefined ? 0 : 1;
    if (others > mostOwnBodies) continue;
    bodies[target.originalStart] = await tellOne(telling, target, instance, standing, known, reader);
  }
  // What is not looked at now keeps what is known of it, as long as it lies ahead.
  const ahead = new Set(
    telling.targets.flatMap((target) => (target.kind === 'occurrence' ? [target.originalStart] : [])),
  );
  const kept = Object.entries(telling.ledger.bodies ?? {}).filter(([of]) => ahead.has(Number(of)));
  const all = { ...Object.fromEntries(kept), ...bodies };
  telling.put({ bodies: Object.keys(all).length === 0 ? undefined : all });
}

/** Those of which nobody knows yet what their organizer calls them: they need not be written for that. */
export async function readUnread(telling: Telling, { targets, instances }: Occurrences): Promise<void> {
  const { deps, organizer, copies } = telling;
  for (const { originalStart, meetings } of targets) {
    const unread = meetings.filter(({ key, organizerCopy }) => !organizerCopy && !copies.has(key));
    if (unread.length === 0) continue;
    const instance = instances.get(originalStart);
    const event =
      instance && (instance.event ?? (await readOrganizerEvent(deps.graph, organizer.address, instance.id)));
    await keepCopy(telling, unread, event ?? 'unreadable');
  }
}

async function tellOne(
  telling: Telling,
  target: Target,
  { id, etag, event: read }: OrganizerInstance,
  present: Standing,
  known: ToldBody | undefined,
  reader: Reader,
): Promise<ToldBody> {
  const isSaid = known !== undefined && fingerprint(known.standing) === fingerprint(present);
  if (isSaid && known.etag === etag && known.id === id) return known;
  const { deps, organizer } = telling;
  const event = read ?? (await readOrganizerEvent(deps.graph, organizer.address, id));
  await keepCopy(telling, target.meetings, event);
  const standing = isSaid ? known.standing : await withAdvice(telling, present, reader, target.meetings);
  const told = await tellInBody(telling, event, known, {
    standing,
    reader,
    meetings: target.meetings,
    facts: '',
  });
  return { id, ...told };
}

/** An occurrence that no room has any more: cancelled by the organizer, or declined and still in the organizer's calendar. */
function isGone({ meetings }: Target): boolean {
  return meetings.every(({ booked }) => booked === undefined);
}

/** One that has a body of its own already loses nothing by being written. */
function isException({ meetings }: Target): boolean {
  return meetings.some(({ last }) => last.exceptionUid !== undefined);
}
