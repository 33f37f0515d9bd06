/** The organizer's own copy: found with as few questions as can be, and what it says of title and privacy kept. */
import { type Meeting, type OrganizerCopy, openRun } from '../src/conference/meeting.ts';
import type { OrganizerEvent } from '../src/graph/events.ts';
import { GraphFault } from '../src/graph/fault.ts';
import {
  findOrganizerCopy,
  type OrganizerInstance,
  orAbsent,
  readOrganizerEvent,
  readOrganizerInstances,
} from '../src/graph/organizer.ts';
import { isFinal, reasonOf, type Telling } from './telling.ts';

export type Copy =
  | { readonly kind: 'found'; readonly event: OrganizerEvent }
  /** In a calendar that we may read it is not there. */
  | { readonly kind: 'missing' }
  /** Outside of the tenant, or of what we may read. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** @throws GraphFault where it may be had later */
export async function lookAtCopy(telling: Telling): Promise<Copy> {
  const copy = await find(telling);
  const { event: known } = telling.ledger;
  const isGone = telling.meetings.every(({ booked }) => booked === undefined);
  // Of what is gone the id is kept: by it one question says that it still is.
  if (copy.kind !== 'found' && !isGone) telling.put({ event: undefined });
  if (copy.kind === 'found' && copy.event.id !== known?.id)
    telling.put({ event: { id: copy.event.id, etag: '' } });
  return copy;
}

async function find(telling: Telling): Promise<Copy> {
  const { deps, organizer, uid, ledger, meetings } = telling;
  try {
    const known =
      ledger.event && (await orAbsent(readOrganizerEvent(deps.graph, organizer.address, ledger.event.id)));
    if (known !== undefined) return { kind: 'found', event: known };
    // What is gone together with all its rooms was cancelled.
    if (ledger.event !== undefined && meetings.every(({ booked }) => booked === undefined))
      return { kind: 'missing' };
    const event = await findOrganizerCopy(deps.graph, organizer.address, uid);
    return event === undefined ? { kind: 'missing' } : { kind: 'found', event };
  } catch (error) {
    if (!(error instanceof GraphFault) || !isFinal(error)) throw error;
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
}

/**
 * The organizer's occurrences around those of these targets; one question for all.
 * @param around milliseconds by which they may have been moved without our knowing
 * @throws GraphFault
 */
export async function lookAtInstances(
  telling: Telling,
  masterId: string,
  meetings: readonly Meeting[],
  around: number,
): Promise<ReadonlyMap<number, OrganizerInstance>> {
  if (meetings.length === 0) return new Map();
  const times = meetings.flatMap(({ last }) => [last.originalStart ?? last.start, last.start]);
  const window = { from: Math.min(...times) - around, to: Math.max(...times) + around };
  return await readOrganizerInstances(telling.deps.graph, telling.organizer.address, masterId, window);
}

/** The one that its series has at this time; of an all-day series Graph and we may name the same day by another midnight. */
export function instanceOf(
  instances: ReadonlyMap<number, OrganizerInstance>,
  originalStart: number,
): OrganizerInstance | undefined {
  const isSameDay = (stood: number) =>
    stood % (2 * halfDay) === 0 && Math.abs(stood - originalStart) <= halfDay;
  return instances.get(originalStart) ?? [...instances].find(([stood]) => isSameDay(stood))?.[1];
}

const halfDay = 43_200_000;
/** A conference that starts within these milliseconds may be waiting for its title. */
const aboutToStart = 600_000;

/** The organizer's own subject is the title; a conference that is open is renamed, one that should be is opened. */
export async function keepCopy(
  telling: Telling,
  meetings: readonly Meeting[],
  found: OrganizerEvent | 'unreadable',
): Promise<void> {
  const { deps } = telling;
  const copy: OrganizerCopy =
    found === 'unreadable' ? found : { subject: found.subject, isPrivate: found.sensitivity !== 'normal' };
  const other = meetings.filter(({ organizerCopy: known }) => isNew(copy, known));
  for (const { key } of other) telling.copies.set(key, copy);
  await Promise.all(other.map(({ key }) => deps.meetings.putOrganizerCopy(key, copy)));
  const near = other.filter(
    ({ run, last }) => openRun(run) !== undefined || (run === undefined && isNear(last, telling.now)),
  );
  await deps.ringConferences(near.map(({ key }) => key));
}

function isNear({ start, end }: Meeting['last'], now: number): boolean {
  return start < now + aboutToStart && end > now;
}

/** What was read once outranks that it cannot be read now. */
function isNew(copy: OrganizerCopy, known: OrganizerCopy | undefined): boolean {
  if (typeof copy !== 'object') return known === undefined;
  if (typeof known !== 'object' || known.isPrivate !== copy.isPrivate) return true;
  return !copy.isPrivate && known.subject !== copy.subject;
}
