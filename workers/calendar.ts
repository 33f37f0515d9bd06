/**
 * Brings what we hold of one room to what its mailbox says. At least once; safe because
 * - a round is taken over whole or read again (`syncing.ts`);
 * - the agenda lets one process at a time have a room; two rooms of one meeting write fields of their own.
 */
import { GraphFault } from '../src/graph/fault.ts';
import { deleteSubscription } from '../src/graph/subscriptions.ts';
import { bookingsIn } from '../src/meeting/room-bookings.ts';
import { lastNight, nextSweep } from '../src/meeting/window.ts';
import type { ReadBecause, RoomStatus } from '../src/redis/rooms.ts';
import { answersNotification } from '../src/work.ts';
import { apply } from './applying.ts';
import { type AuditingDeps, audit, repairMeetings, report } from './auditing.ts';
import { auditSlots } from './auditing-slots.ts';
import type { Work } from './processor.ts';
import { deleteStrangers, ensureSubscription, type SubscribingDeps } from './subscribing.ts';
import { sync } from './syncing.ts';

export interface CalendarDeps extends SubscribingDeps, AuditingDeps {
  /** Epoch ms. */
  now(): number;
  /** Milliseconds after which a room is read at the latest, notified or not. */
  readonly sweep: number;
  /** `HH:MM`, UTC. */
  readonly auditTime: string;
  /** Whether this room is still in the configuration. */
  isRoom(mailbox: string): boolean;
  /** Resolves once conferences that run already are known, or cannot be asked for: slots may be given out then. */
  readyToPlace(): Promise<boolean>;
}

/** The key under which this queue looks for subscriptions that nobody knows. */
export const strangersKey = '*';
const strangersEvery = 600_000;
/**
 * One that another process is just making is unknown until Graph has answered, which a request waits for at most 30 s:
 * only what stays unknown for longer is deleted.
 */
const strangersAgain = 35_000;

/** Until bridges have been asked what runs on them. */
const waitForBridges = 1_000;

export async function bringRoom(
  deps: CalendarDeps,
  { key: mailbox }: Pick<Work, 'key'>,
): Promise<number | undefined> {
  if (mailbox === strangersKey) return await lookForStrangers(deps);
  if (!deps.isRoom(mailbox)) return undefined;
  if (!(await deps.readyToPlace())) return deps.now() + waitForBridges;
  const status = await deps.rooms.status(mailbox);
  const now = deps.now();
  const isAsked = status.syncAsked !== undefined;
  if (isAsked) await deps.rooms.putStatus(mailbox, { syncBegun: now });
  const { rungAt = 0, lookedAt = 0, rungBy, rungTrace } = status;
  const isRung = rungAt >= lookedAt;
  if (isRung && rungBy !== undefined) answersNotification(rungBy, rungAt, rungTrace);
  const trouble = await subscribe(deps, mailbox, status, now);
  try {
    const isNew = await sync(deps, mailbox, isRung ? 'push' : 'sweep', now);
    if (isNew) await repairMeetings(deps, mailbox, await heldBookings(deps, mailbox), now);
    await catchUp(deps, mailbox, status, now);
    if (status.auditAsked !== undefined || (await isNightDue(deps, mailbox, now))) {
      await audit(deps, mailbox, deps.now());
    }
    await deps.rooms.putStatus(mailbox, {
      lookedAt: now,
      lastSync: deps.now(),
      readBecause: becauseOf(status),
      ...(isAsked ? answered : {}),
      error: undefined,
      errorSince: undefined,
      failures: undefined,
      awaySince: undefined,
      refusedSince: undefined,
      missed: undefined,
      ...(status.auditAsked === undefined ? {} : { auditAsked: undefined }),
    });
    const renewAt = (await deps.rooms.subscriptionOf(mailbox))?.renewAt ?? Number.POSITIVE_INFINITY;
    const sweepAt = trouble === undefined ? nextSweep(mailbox, deps.sweep, now) : deps.now() + trouble;
    return Math.min(sweepAt, Math.max(renewAt, deps.now() + 1_000));
  } catch (error) {
    return deps.now() + (await noteFailure(deps, mailbox, status, error));
  }
}

/** Whoever wanted the room to be read is told by it: it has been, or could not be. */
const answered = { syncAsked: undefined, syncBegun: undefined };

function becauseOf({ rungAt = -1, lookedAt = 0, syncAsked }: RoomStatus): ReadBecause {
  if (rungAt >= lookedAt) return 'push';
  return syncAsked === undefined ? 'sweep' : 'asked';
}

async function heldBookings({ rooms }: CalendarDeps, mailbox: string) {
  return bookingsIn(await rooms.calendars.all(mailbox));
}

/**
 * A mailbox that was away has missed what organizers changed meanwhile, and nothing in it will ever tell: their own copies
 * of what it still holds are looked at. And what was booked in its own calendar could not be told there, as in one that we
 * were not allowed to read.
 */
async function catchUp(
  deps: CalendarDeps,
  mailbox: string,
  { awaySince, refusedSince }: RoomStatus,
  now: number,
): Promise<void> {
  if (awaySince === undefined && refusedSince === undefined) return;
  await deps.rooms.putStatus(mailbox, { backAt: now });
  const held = [...(await heldBookings(deps, mailbox)).values()];
  const missed = awaySince === undefined ? [] : held.filter(({ end }) => end > now);
  const own = held.filter(({ organizer }) => organizer?.address.toLowerCase() === mailbox.toLowerCase());
  const uidsOf = (bookings: typeof held) => [...new Set(bookings.map(({ uid }) => uid))];
  await deps.touched(uidsOf(missed));
  await deps.invite(uidsOf([...missed, ...own]));
}

/** Once a night the window is read whole: that moves it on by a day, and shows what was missed. */
async function isNightDue(deps: CalendarDeps, mailbox: string, now: number): Promise<boolean> {
  const { baselineAt = now } = (await deps.rooms.calendars.sync(mailbox)) ?? {};
  return baselineAt < lastNight(mailbox, deps.auditTime, now);
}

/** The slots are nobody's room: they are looked at with the strangers. */
async function auditSlotsOnceANight(deps: CalendarDeps, now: number): Promise<void> {
  const [last, { auditAsked }] = await Promise.all([
    deps.rooms.audit(strangersKey),
    deps.rooms.status(strangersKey),
  ]);
  const isDue = (last?.at ?? 0) < lastNight(strangersKey, deps.auditTime, now);
  if (!isDue && auditAsked === undefined) return;
  await report(deps, strangersKey, await auditSlots(deps), now);
  await deps.rooms.putStatus(strangersKey, { auditAsked: undefined });
}

async function lookForStrangers(deps: CalendarDeps): Promise<number> {
  try {
    const now = deps.now();
    const former = await forgetFormerRooms(deps, now);
    const unknown = await deleteStrangers(deps, await deps.rooms.unknownSubscriptions(), now);
    await deps.rooms.putUnknownSubscriptions(unknown);
    await auditSlotsOnceANight(deps, now);
    return deps.now() + (unknown.size > 0 || former ? strangersAgain : strangersEvery);
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    return deps.now() + (error.retryAfter ?? strangersAgain);
  }
}

/**
 * A room that was taken out of the configuration books nothing any more, and Graph need not tell us of it. One that a
 * process with another configuration still reads is left alone.
 * @returns whether some such room may still be read by somebody
 */
async function forgetFormerRooms(deps: CalendarDeps, now: number): Promise<boolean> {
  let waiting = false;
  for (const { id, mailbox } of await deps.rooms.subscriptions()) {
    if (deps.isRoom(mailbox)) continue;
    const { lastSync = 0 } = await deps.rooms.status(mailbox);
    if (now - lastSync < 3 * deps.sweep) {
      waiting = true;
      continue;
    }
    const before = await deps.rooms.calendars.all(mailbox);
    await apply(deps, mailbox, bookingsIn(before), new Map(), new Set(), now);
    await deps.rooms.calendars.put(mailbox, before, new Map(), undefined);
    await deleteSubscription(deps.graph, id);
    await deps.rooms.dropSubscription(mailbox, id);
    deps.log.info({ mailbox }, 'room is no longer configured');
  }
  return waiting;
}

/** A room without a subscription is still read. @returns how soon to try again, when there is none */
async function subscribe(
  deps: CalendarDeps,
  mailbox: string,
  status: RoomStatus,
  now: number,
): Promise<number | undefined> {
  try {
    await ensureSubscription(deps, mailbox, status, now);
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    deps.log.warn({ mailbox, reason: error.message }, 'no subscription');
    await deps.rooms.putStatus(mailbox, {
      subscriptionError: error.message,
      subscriptionErrorSince: status.subscriptionErrorSince ?? now,
    });
    return error.retryAfter ?? 15_000 + Math.random() * 5_000;
  }
}

/** What is booked there stays as it is, and starts; an administrator is told where to look. */
function whyUnread({ kind, message }: GraphFault): string {
  if (kind === 'absent')
    return `${message} (renamed, deleted or without a licence? rooms[].mailbox must be its present address)`;
  if (kind === 'refused')
    return `${message} (does the application still have Calendars.Read for this mailbox?)`;
  return message;
}

/** @returns milliseconds until the next try: what Graph asks for, else longer each time */
async function noteFailure(
  deps: CalendarDeps,
  mailbox: string,
  status: RoomStatus,
  error: unknown,
): Promise<number> {
  if (!(error instanceof GraphFault)) throw error;
  const failures = (status.failures ?? 0) + 1;
  deps.log.warn({ mailbox, reason: error.message, failures }, 'room could not be read');
  const errorSince = status.errorSince ?? deps.now();
  const away = error.kind === 'absent' ? { awaySince: status.awaySince ?? deps.now() } : {};
  const refused = error.kind === 'refused' ? { refusedSince: status.refusedSince ?? deps.now() } : {};
  const told = status.syncAsked === undefined ? {} : answered;
  const fields = { error: whyUnread(error), errorSince, failures, ...away, ...refused, ...told };
  await deps.rooms.putStatus(mailbox, fields);
  return error.retryAfter ?? Math.min(2_000 * 2 ** Math.min(failures - 1, 5), 60_000);
}
