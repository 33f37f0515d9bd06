/**
 * Tells the organizer of one event or series what holds, by the first way that is open: the block in the organizer's own
 * event, a mail, a room's answer. At least once in the event, at most once by message; safe because what was told stands
 * in a ledger and only what differs from it is news, a body is read before it is written (see `bodies.ts`), and what is
 * about to be sent is written down before (see `messages.ts`).
 */

import { GraphFault } from '../src/graph/fault.ts';
import type { Fact } from '../src/invitation/notice.ts';
import {
  aheadOf,
  type Circumstances,
  type Dated,
  fingerprint,
  isSilent,
  mayPass,
  newsOf,
  noticeOf,
  ordinaryOf,
  type Standing,
  standingOf,
  standingOfBody,
} from '../src/invitation/standing.ts';
import { targetsOf } from '../src/invitation/targets.ts';
import type { Lease } from '../src/redis/meetings.ts';
import { goesOnWith } from '../src/work.ts';
import { isAsLeft } from './as-left.ts';
import { tellInBody } from './bodies.ts';
import { settleTimes } from './differing.ts';
import { kindsOf, type Outcome, sendMessage, settleIntent } from './messages.ts';
import { tellMoments } from './moments.ts';
import {
  clearMaster,
  lookAtOccurrences,
  lostSettleAt,
  type Occurrences,
  readUnread,
  tellOccurrences,
} from './occurrences.ts';
import { type Copy, keepCopy, lookAtCopy } from './organizer-copy.ts';
import type { Work } from './processor.ts';
import { refusalOf, refuse, withoutOldRefusal } from './refusals.ts';
import { wasLeft } from './resting.ts';
import { type InvitationDeps, isFinal, reasonOf, Telling } from './telling.ts';
import { Asked, settleNews, tellAgain } from './telling-again.ts';
import { aboutOf, declinedDates, readerOf, withAdvice } from './wording.ts';

/** Milliseconds for which bad news must last before it is told. */
const badSettleFor = 30_000;
/** An event that the organizer does not have may just be being made, or cancelled. */
const missingSettleFor = 10_000;
const day = 86_400_000;

export async function bringInvitation(
  deps: InvitationDeps,
  { key: uid, lease }: Pick<Work, 'key' | 'lease'>,
): Promise<number | undefined> {
  const mark = await deps.told.touched(uid);
  const next = await bring(deps, uid, lease, mark !== undefined);
  if (mark !== undefined && next === undefined) await deps.told.looked(uid, mark);
  return next;
}

async function bring(
  deps: InvitationDeps,
  uid: string,
  lease: Lease,
  isTouched: boolean,
): Promise<number | undefined> {
  const meetings = await deps.meetings.loadMany(await deps.meetings.ofSeries(uid));
  goesOnWith(meetings.find(({ trace }) => trace !== undefined)?.trace);
  const asked = new Asked(deps, meetings, lease);
  const organizer = (meetings.find(({ booked }) => booked !== undefined) ?? meetings[0])?.last.organizer;
  if (organizer === undefined || organizer.address === '') return await asked.endAll('nothing-to-tell');
  const ledger = await withoutOldRefusal(deps, organizer.address, await deps.told.load(uid));
  const own = Object.entries(ledger.bodies ?? {}).flatMap(([of, { id }]) => (id === '' ? [] : [Number(of)]));
  const targets = targetsOf(meetings, deps.now(), new Set(own));
  const isSeries = meetings.some(({ last }) => last.originalStart !== undefined);
  const untaken = isSeries ? await deps.untakenDates(uid) : [];
  const telling = new Telling(deps, { uid, meetings, targets, organizer, ledger, untaken });
  try {
    const unclear = (await settleIntent(telling)) ?? (await tellAgain(telling, asked));
    const standing = unclear ?? (await tellStanding(telling, isTouched || asked.isAny));
    if (unclear === undefined) await settleNews(telling, asked, standing);
    return soonest([standing, await tellMoments(telling)]);
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    deps.metrics.invitations.inc({ outcome: 'postponed' });
    deps.log.warn({ uid, reason: reasonOf(error) }, 'organizer will be told later');
    return deps.now() + (error.retryAfter ?? 10_000);
  } finally {
    await telling.save();
  }
}

async function tellStanding(telling: Telling, isTouched: boolean): Promise<number | undefined> {
  const { deps, targets } = telling;
  if (targets.length === 0) return undefined;
  const known = { clusters: deps.clusters, declined: declinedDates(telling) };
  const before = standingOf(targets, known);
  if (!isTouched && (await isAsLeft(telling, isToldSo(telling, before), known))) return undefined;
  return await look(telling, before, known, isTouched);
}

/** Looks at the organizer's copy, and tells what is to be told. @returns when to look again */
async function look(
  telling: Telling,
  before: Standing | undefined,
  known: Circumstances,
  isTouched: boolean,
): Promise<number | undefined> {
  const { targets, meetings, now } = telling;
  const [top] = targets;
  if (top === undefined) return undefined;
  const settleAt = lostSettleAt(telling);
  // Everything is looked at together, once it has settled.
  if (settleAt !== undefined && isToldSo(telling, before)) return settleAt;
  const refused = refusalOf(telling, before);
  const copy: Copy =
    refused?.isReadable === false
      ? { kind: 'unreadable', reason: refused.reason }
      : await lookAtCopy(telling);
  if (copy.kind === 'found') {
    const unread = meetings.filter(({ last, organizerCopy }) => !last.exceptionUid && !organizerCopy);
    await keepCopy(telling, [...new Set([...top.meetings, ...unread])], copy.event);
    if (copy.event.isCancelled) return undefined;
  }
  const differing = await settleTimes(telling, copy, isTouched);
  if (differing !== undefined && differing <= now) return differing;
  if (copy.kind === 'missing' && before !== undefined && !isSilent(before)) {
    const since = telling.ledger.missingSince ?? now;
    telling.put({ missingSince: since });
    if (now < since + missingSettleFor) return since + missingSettleFor;
  } else telling.put({ missingSince: undefined });
  const isUnreadable = copy.kind === 'unreadable' || (copy.kind === 'missing' && before !== undefined);
  if (isUnreadable) await keepCopy(telling, meetings, 'unreadable');
  const occurrences = await lookAtOccurrences(telling, copy, settleAt);
  if (await wasLeft(telling, copy)) telling.targets = [{ ...top, wanted: 'none' }, ...targets.slice(1)];
  else clearMaster(telling, occurrences);
  const present = telling.targets === targets ? before : standingOf(telling.targets, known);
  const told = await tell(telling, copy, occurrences, present, known);
  await readUnread(telling, occurrences);
  return soonest([settleAt, told, differing]);
}

/** By the first way that is open. @returns when to look again */
async function tell(
  telling: Telling,
  copy: Copy,
  occurrences: Occurrences,
  present: Standing | undefined,
  circumstances: Circumstances,
): Promise<number | undefined> {
  const { deps, ledger, now, targets } = telling;
  const same = isToldSo(telling, present);
  const news = present === undefined ? [] : newsOf(ledger.told?.standing, present, ordinaryOf(targets));
  const wait = settling(telling, news, circumstances.declined ?? []);
  if (wait !== undefined) return wait;
  const isTold = same && ledger.told !== undefined;
  // Nobody's language is asked for in order to say nothing.
  const speaks = (present !== undefined && !isSilent(present)) || occurrences.targets.length > 0;
  const reader =
    ledger.told !== undefined && (isTold || !speaks) ? ledger.told.reader : await readerOf(telling, speaks);
  const standing =
    present && (isTold ? ledger.told.standing : await withAdvice(telling, present, reader, telling.meetings));
  const facts = standing === undefined ? [] : newsOf(ledger.told?.standing, standing, ordinaryOf(targets));
  const reasons: string[] = [];
  for (const way of deps.invitation.ways) {
    if (way === 'event') {
      // A body that never said anything tells nobody that it holds no more.
      const saidBy = ledger.told?.way ?? way;
      const isMute =
        standing !== undefined && isSilent(standing) && isSilent(ledger.event?.standing ?? standing);
      if (isMute && saidBy !== way) continue;
      const why = await tellInEvent(telling, copy, occurrences, { standing, reader, facts, circumstances });
      if (why === undefined) return undefined;
      if (standing === undefined) break;
      if (!isSilent(standing)) refuse(telling, why, standing, copy.kind === 'found');
      reasons.push(`event: ${why}`);
      continue;
    }
    if (standing === undefined || facts.length === 0) return undefined;
    const outcome = await message(telling, way, copy, standing, facts, reader);
    if (outcome.kind === 'sent') return undefined;
    if (outcome.kind === 'later') return outcome.at;
    reasons.push(`${way}: ${outcome.reason}`);
  }
  // That nothing holds any more is told where somebody still counts on it; else it needs no words.
  if (standing !== undefined && isSilent(standing)) {
    if (ledger.told !== undefined) telling.put({ told: { ...ledger.told, at: now, standing } });
    return undefined;
  }
  return facts.length === 0 || standing === undefined ? undefined : notTold(telling, standing, reasons);
}

/** @returns why it cannot be told in the organizer's event, or undefined when it says what it should */
async function tellInEvent(
  telling: Telling,
  copy: Copy,
  occurrences: Occurrences,
  {
    standing,
    reader,
    facts,
    circumstances,
  }: {
    readonly standing: Standing | undefined;
    readonly reader: Parameters<typeof tellInBody>[3]['reader'];
    readonly facts: readonly Fact[];
    readonly circumstances: Circumstances;
  },
): Promise<string | undefined> {
  const { deps, ledger, targets } = telling;
  const [top] = targets;
  if (copy.kind !== 'found' || top === undefined) {
    return copy.kind === 'unreadable' ? copy.reason : 'the organizer has no such event';
  }
  const refused = refusalOf(telling, standing);
  if (refused !== undefined) return refused.reason;
  try {
    if (standing !== undefined) {
      const { event: known } = ledger;
      const says = known?.standing === undefined ? undefined : { etag: known.etag, standing: known.standing };
      const told = await tellInBody(telling, copy.event, says, {
        ...{ reader, meetings: top.meetings, facts: kindsOf(facts) },
        standing: standingOfBody(standing, targets),
      });
      await tellOccurrences(telling, occurrences, reader, circumstances);
      const isSaid =
        ledger.told?.way === 'event' && fingerprint(ledger.told.standing) === fingerprint(standing);
      const word = isSaid ? ledger.told : { way: 'event' as const, at: deps.now(), standing, reader };
      telling.put({
        ...{ event: { id: copy.event.id, ...told }, refused: undefined, untold: undefined, bad: undefined },
        // Who was never told anything need not be told that there is nothing.
        told: ledger.told === undefined && isSilent(standing) ? undefined : word,
      });
    } else await tellOccurrences(telling, occurrences, reader, circumstances);
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphFault) || !isFinal(error)) throw error;
    return reasonOf(error);
  }
}

async function message(
  telling: Telling,
  way: 'mail' | 'reply',
  copy: Copy,
  standing: Standing,
  facts: readonly Fact[],
  reader: Parameters<typeof tellInBody>[3]['reader'],
): Promise<Outcome> {
  const { targets, meetings } = telling;
  const isGone = facts.every(({ kind }) => kind === 'withdrawn');
  // Whoever cancelled it, or whose invitation the room declined, knows; only a meeting that still stands is told of.
  if (isGone && copy.kind !== 'found') return { kind: 'impossible', reason: 'the event is gone' };
  const isSeries = meetings.some(({ last }) => last.originalStart !== undefined);
  const concerned = targets.flatMap((target) => target.meetings);
  return await sendMessage(telling, way, {
    ...{ reader, standing, meetings: concerned },
    notice: { ...noticeOf(standing), facts },
    about: aboutOf(telling, concerned, isSeries),
  });
}

/** What may pass is not told at once. @returns when to look again */
function settling(telling: Telling, news: readonly Fact[], declined: readonly Dated[]): number | undefined {
  const { ledger, now } = telling;
  if (news.length === 0 || !news.every((fact) => mayPass(fact, declined))) {
    telling.put({ bad: undefined });
    return undefined;
  }
  const which = JSON.stringify(news);
  const since = ledger.bad?.fingerprint === which ? ledger.bad.since : now;
  telling.put({ bad: { fingerprint: which, since } });
  return now < since + badSettleFor ? since + badSettleFor : undefined;
}

/** Whether this is what was told last, but for dates that have passed. */
function isToldSo({ ledger, now }: Telling, present: Standing | undefined): boolean {
  return present !== undefined && fingerprint(present) === fingerprint(aheadOf(ledger.told?.standing, now));
}

function notTold(telling: Telling, standing: Standing, reasons: readonly string[]): number {
  const { deps, uid, ledger, targets, now } = telling;
  const reason = reasons.join('; ');
  const which = fingerprint(standing);
  if (ledger.untold?.fingerprint !== which) {
    deps.metrics.invitations.inc({ outcome: 'untold' });
    deps.log.warn({ uid, reason }, 'organizer could not be told');
    telling.note(
      targets.flatMap(({ meetings }) => meetings),
      { what: 'organizer-not-told', reason },
    );
    telling.put({ untold: { reason, fingerprint: which, at: now } });
  }
  return now + day;
}

function soonest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
