/**
 * What holds of one event or series now, as its organizer is told it, and what of that is news to somebody who was told
 * something before. A date is known by the instant at which its series has it, wherever it was moved.
 */
import { createHash } from 'node:crypto';
import type { Meeting, PlacedConference } from '../conference/meeting.ts';
import type { ClusterConfig } from '../config.ts';
import type { Fact, FactOf, JoiningDetails, Notice, Occurrence } from './notice.ts';
import { type InvitationTarget, occurrenceOf } from './targets.ts';

/** An occurrence; `of` is its original start, epoch ms. */
export interface Dated extends Occurrence {
  readonly of: number;
}

export type StandingFact =
  | {
      readonly kind: 'other-numbers';
      readonly dates: readonly (Dated & { readonly joining: JoiningDetails })[];
    }
  | {
      readonly kind: 'without-conference';
      readonly dates: readonly (Dated & { readonly nearest?: number })[];
    }
  | FactOf<'no-slot'>
  | { readonly kind: 'room-declined'; readonly room: string; readonly dates: readonly Dated[] };

export interface Standing {
  readonly joining?: JoiningDetails | undefined;
  readonly facts: readonly StandingFact[];
}

/** What the meetings alone do not say. */
export interface Circumstances {
  readonly clusters: readonly Pick<ClusterConfig, 'name' | 'domain' | 'accessNumbers'>[];
  /** Rooms by the name that people know, and the occurrences that they declined. */
  readonly declined?: readonly (Dated & { readonly room: string })[] | undefined;
}

/** What the organizer of these bodies is to be told; undefined while nothing may be said, or what was said stays said. */
export function standingOf(
  targets: readonly InvitationTarget[],
  circumstances: Circumstances,
): Standing | undefined {
  const [top, ...others] = targets;
  if (top === undefined || top.wanted === 'keep') return undefined;
  const joining = joiningOf(top.wanted, circumstances);
  const other: (Dated & { joining: JoiningDetails })[] = [];
  const without: Dated[] = [];
  for (const target of others) {
    const [meeting] = target.meetings;
    if (meeting === undefined || target.kind !== 'occurrence' || target.wanted === 'keep') continue;
    const date = { of: target.originalStart, ...occurrenceOf(meeting) };
    const own = joiningOf(target.wanted, circumstances);
    if (own !== undefined && own.uri !== joining?.uri) other.push({ ...date, joining: own });
    if (own === undefined && meeting.booked !== undefined) without.push(date);
  }
  const unplaced = top.meetings.filter(
    ({ booked, placement }) => booked !== undefined && placement === undefined,
  );
  const taking = new Set(
    targets.flatMap(({ meetings }) => meetings.filter(({ booked }) => booked).map(originalStartOf)),
  );
  const facts: StandingFact[] = [];
  if (taking.size > 0) without.push(...declinedByAll(taking, circumstances));
  if (joining === undefined && unplaced.length > 0) {
    // Where some of a series have a number, the others are named; else it is one fact for all.
    if (other.length === 0) facts.push({ kind: 'no-slot' });
    else
      without.push(
        ...unplaced.map((one) => ({ of: one.last.originalStart ?? one.last.start, ...occurrenceOf(one) })),
      );
  }
  if (other.length > 0) facts.push({ kind: 'other-numbers', dates: byDate(other) });
  if (without.length > 0) facts.push({ kind: 'without-conference', dates: byDate(without) });
  return { joining, facts: [...facts, ...declinedIn(taking, circumstances)] };
}

/** What the body of the event or series itself is to say: nothing, where only exceptions have a conference. */
export function standingOfBody(standing: Standing, targets: readonly InvitationTarget[]): Standing {
  const meetings = targets.flatMap((target) => target.meetings);
  const isAsked = meetings.some(
    ({ booked, last }) => booked !== undefined && last.exceptionUid === undefined,
  );
  return isAsked ? standing : { facts: [] };
}

/** What an occurrence's own body is to say. */
export function standingAlone(
  { wanted, meetings }: InvitationTarget,
  circumstances: Circumstances,
): Standing | undefined {
  if (wanted === 'keep') return undefined;
  const isUnplaced = meetings.some(
    ({ booked, placement }) => booked !== undefined && placement === undefined,
  );
  return { joining: joiningOf(wanted, circumstances), facts: isUnplaced ? [{ kind: 'no-slot' }] : [] };
}

function joiningOf(
  wanted: PlacedConference | 'none',
  { clusters }: Pick<Circumstances, 'clusters'>,
): JoiningDetails | undefined {
  if (wanted === 'none') return undefined;
  const { number, passcode } = wanted;
  const cluster = clusters.find(({ name }) => name === wanted.cluster);
  return {
    number,
    passcode,
    uri: `${number}@${cluster?.domain ?? ''}`,
    accessNumbers: cluster?.accessNumbers ?? [],
  };
}

/** The dates ahead that have what their series has. */
export function ordinaryOf(targets: readonly InvitationTarget[]): Dated[] {
  const [top] = targets;
  if (top === undefined || typeof top.wanted === 'string') return [];
  const { cluster, number } = top.wanted;
  return targets.flatMap((target) => {
    if (typeof target.wanted === 'string') return [];
    if (target.wanted.cluster !== cluster || target.wanted.number !== number) return [];
    return target.meetings
      .filter(({ booked, placement }) => booked !== undefined && placement !== undefined)
      .map((meeting) => ({ of: originalStartOf(meeting), ...occurrenceOf(meeting) }));
  });
}

/** Dates that were declined and that no room has; of a cancelled date no room says anything. */
function declinedByAll(taking: ReadonlySet<number>, { declined = [] }: Circumstances): Dated[] {
  const dates = new Map(declined.map(({ room: _, ...date }) => [date.of, date]));
  return [...dates.values()].filter(({ of }) => !taking.has(of));
}

/** A room that declined some dates, which others have accepted: the conference stands, the room is missing. */
function declinedIn(taking: ReadonlySet<number>, { declined = [] }: Circumstances): StandingFact[] {
  const rooms = new Map<string, Dated[]>();
  for (const { room, ...date } of declined) {
    if (taking.has(date.of)) rooms.set(room, [...(rooms.get(room) ?? []), date]);
  }
  return [...rooms].map(([room, dates]) => ({ kind: 'room-declined', room, dates: byDate(dates) }));
}

function originalStartOf({ last }: Meeting): number {
  return last.originalStart ?? last.start;
}

function byDate<T extends Dated>(dates: readonly T[]): T[] {
  return dates.toSorted((a, b) => a.start - b.start);
}

/** Whether nothing is said. */
export function isSilent({ joining, facts }: Standing): boolean {
  return joining === undefined && facts.length === 0;
}

/** The same for what reads the same: which free time is the nearest is advice, and changes with every booking. */
export function fingerprint(standing: Standing | undefined): string {
  if (standing === undefined || isSilent(standing)) return '';
  const text = JSON.stringify([standing.joining ?? null, standing.facts], (name, value: unknown) =>
    name === 'nearest' ? undefined : value,
  );
  return createHash('sha1').update(text).digest('base64url');
}

/** Without the dates that have passed: that they are not spoken of any more is no reason to write to anybody. */
export function aheadOf<T extends Standing | undefined>(standing: T, now: number): T {
  if (standing === undefined) return standing;
  const facts = standing.facts.flatMap((fact): StandingFact[] => {
    if (fact.kind === 'no-slot') return [fact];
    const dates = fact.dates.filter(({ end }) => end > now);
    return dates.length === 0 ? [] : [{ ...fact, dates } as StandingFact];
  });
  return { ...standing, facts };
}

/** What should stand in a body. */
export function noticeOf({ joining, facts }: Standing): Notice {
  return { joining, facts };
}

/**
 * What has become true since the organizer was told. `ordinary` are the dates ahead that have what their series has:
 * one that was told otherwise is news when it joins them. Other times with the same number are none: Outlook tells them.
 */
export function newsOf(told: Standing | undefined, now: Standing, ordinary: readonly Dated[]): Fact[] {
  const before = datesOf(told);
  const present = datesOf(now);
  const numbers: (Dated & { joining: JoiningDetails })[] = [];
  let placed = false;
  for (const date of present.numbers) {
    const known = before.numbers.find(({ of }) => of === date.of);
    if (known?.joining.uri === date.joining.uri && known.joining.passcode === date.joining.passcode) continue;
    numbers.push(date);
    placed ||= before.without.some(({ of }) => of === date.of);
  }
  for (const date of now.joining === undefined ? [] : ordinary) {
    const wasWithout = before.without.some(({ of }) => of === date.of);
    placed ||= wasWithout;
    if (wasWithout || before.numbers.some(({ of }) => of === date.of)) {
      numbers.push({ ...date, joining: now.joining as JoiningDetails });
    }
  }
  const facts: Fact[] = [...joiningNews(told, now)];
  if (placed && !facts.some(({ kind }) => kind === 'placed-after-all'))
    facts.push({ kind: 'placed-after-all' });
  if (numbers.length > 0) facts.push({ kind: 'other-numbers', dates: byDate(numbers) });
  const missing = present.without.filter(({ of }) => !before.without.some((date) => date.of === of));
  if (missing.length > 0) facts.push({ kind: 'without-conference', dates: missing });
  for (const fact of now.facts) {
    if (fact.kind !== 'room-declined') continue;
    const known = before.declined.find(({ room }) => room === fact.room)?.dates ?? [];
    const dates = fact.dates.filter(({ of }) => !known.some((date) => date.of === of));
    if (dates.length > 0) facts.push({ ...fact, dates });
  }
  return facts;
}

function joiningNews(told: Standing | undefined, now: Standing): Fact[] {
  const [was, is] = [told?.joining, now.joining];
  const slotless = now.facts.find((fact) => fact.kind === 'no-slot');
  const wasSlotless = told?.facts.some(({ kind }) => kind === 'no-slot') === true;
  if (is === undefined) {
    if (slotless !== undefined) return wasSlotless ? [] : [slotless];
    return was !== undefined && now.facts.length === 0 ? [{ kind: 'withdrawn' }] : [];
  }
  if (was === undefined) return [{ kind: wasSlotless ? 'placed-after-all' : 'ready' }];
  if (was.uri !== is.uri) return [{ kind: 'number-changed', was: was.number }];
  return was.passcode === is.passcode ? [] : [{ kind: 'passcode-changed' }];
}

function datesOf(standing: Standing | undefined) {
  const facts = standing?.facts ?? [];
  return {
    numbers: facts.flatMap((fact) => (fact.kind === 'other-numbers' ? fact.dates : [])),
    without: facts.flatMap((fact) => (fact.kind === 'without-conference' ? fact.dates : [])),
    declined: facts.flatMap((fact) => (fact.kind === 'room-declined' ? [fact] : [])),
  };
}

/** Whether it may be over in a moment: a slot comes free, a cluster is tried next. What rooms `declined` stays so. */
export function mayPass(fact: Fact, declined: readonly Dated[]): boolean {
  if (fact.kind === 'no-slot') return true;
  if (fact.kind !== 'without-conference') return false;
  return !fact.dates.every((date) => declined.some(({ of }) => of === (date as Dated).of));
}
