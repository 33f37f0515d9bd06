/** What is to be done with a conference now: the difference between what should be and what is. */
import { endsToShow, nextWarningAt, warningsDue } from './extension.ts';
import { type LeaveStep, nextOfLeft } from './left.ts';
import { isOver, type Meeting, openRun, opensAt, titleOf } from './meeting.ts';
import { nextLookAhead, type PreflightSettings, type Stage } from './preflight.ts';
import { nextDial, nextLook, roomsToDial, roomsToLookAt } from './rooms.ts';
import { type CloseReason, isIn, type Run } from './run.ts';
import { differs } from './seen.ts';
import { nextLookForAnybody, type ReleaseSettings, roomsToGiveBack } from './unused.ts';
import { calm, type World } from './world.ts';

export interface PlanSettings {
  readonly setup: number;
  readonly teardown: number;
  /** How often a conference past Outlook's end is asked whether anybody is left. */
  readonly watchEvery: number;
  /** How long after the close a call bridge is tried again that may still have our call. */
  readonly clearFor: number;
  readonly extension: Pick<ExtensionSettings, 'warnings' | 'roomCalendar'>;
  readonly release: ReleaseSettings;
  /** Mailbox -> SIP address, of the rooms that have one. */
  readonly sip: ReadonlyMap<string, string>;
  /** The looks ahead of a start; left out for none. */
  readonly ahead?: PreflightSettings;
}

/** What goes with an extension. */
export interface ExtensionSettings {
  readonly by: number;
  readonly times: number;
  /** Milliseconds before an end that cannot be put off. */
  readonly warnings: readonly number[];
  /** Whether the rooms' calendars show it. */
  readonly roomCalendar: boolean;
}

export type Step =
  /** Until that instant, to the millisecond; `look`: sooner, though not to the millisecond, it is to be asked again. */
  | { readonly do: 'wait'; readonly until: number; readonly why: string; readonly look?: number }
  | { readonly do: 'nothing'; readonly why: string }
  /** Is what it needs there, and idle? */
  | { readonly do: 'preflight'; readonly stage: Stage }
  | LeaveStep
  | { readonly do: 'open' }
  | { readonly do: 'rename' }
  | { readonly do: 'note-end' }
  | { readonly do: 'dial'; readonly rooms: readonly string[] }
  | { readonly do: 'hang-up'; readonly rooms: readonly string[] }
  /** Its call bridge is lost: it is brought up on the next one, and who was in is called again. */
  | { readonly do: 'recover' }
  /** Its call bridge is lost, and none is there that could take its place. */
  | { readonly do: 'note-lost' }
  /** Its call bridge is to be left: the same while it is alive. */
  | { readonly do: 'move' }
  /** What it has on the bridge may not be what the record says. */
  | { readonly do: 'check' }
  /** The bridge has lost it, or nobody can come in. */
  | { readonly do: 'reopen' }
  /** A call bridge that was lost and is back may have the old call. */
  | { readonly do: 'clear-stale' }
  /** Whether rooms that were dialled have answered. */
  | { readonly do: 'look-at-legs'; readonly rooms: readonly string[] }
  /** At its end: who is still in decides. */
  | { readonly do: 'look' }
  /** Past Outlook's end and extended: it ends as soon as nobody is in, else look again at `until`. */
  | { readonly do: 'watch'; readonly until: number }
  /** At the start: who waits in the lobby is let in. */
  | { readonly do: 'unlock' }
  /** Whether anybody is in at all: it may be given back. */
  | { readonly do: 'look-for-anybody' }
  /** Rooms give back their bookings of what was given back. */
  | { readonly do: 'give-back-rooms'; readonly rooms: readonly string[] }
  /** So long before the end: people are told if it is the last. */
  | { readonly do: 'warn'; readonly before: readonly number[] }
  /** Rooms' own copies of the meeting are to end at these times. */
  | { readonly do: 'show-in-rooms'; readonly ends: ReadonlyMap<string, number> }
  | { readonly do: 'close'; readonly reason: CloseReason }
  /** A call bridge that was away may still have the call. */
  | { readonly do: 'clear' }
  | { readonly do: 'give-up-clearing' }
  | { readonly do: 'release' };

/** Milliseconds until a call bridge is looked for again that could take the place of a lost one. */
const lookForAnother = 2_000;
/** Until it is asked again whether a call bridge that only we have lost still has its people, in milliseconds. */
const witnessAgain = 15_000;
/** Milliseconds that it takes at most to write rooms' calendars: an end does not wait for it. */
const timeToShow = 6_000;
/** How long after the close it is tried to put them right. */
const showFor = 3_600_000;
/** Nothing that may take long is begun so shortly before an instant. */
const breath = 5_000;

/** The end that holds now: Outlook's, or the extension's while Outlook's word is still the one it extends. */
export function effectiveEnd(
  end: number,
  run: Run | undefined,
  cappedEnd = Number.POSITIVE_INFINITY,
): number {
  const wished = run?.extension?.of === end ? Math.max(end, run.extension.until) : end;
  return Math.min(wished, cappedEnd);
}

export function nextStep(meeting: Meeting, now: number, settings: PlanSettings, world: World = calm): Step {
  const run = openRun(meeting.run);
  const step =
    run === undefined
      ? whileShut(meeting, now, settings, world)
      : whileOpen(meeting, run, now, settings, world);
  return step.do === 'wait' || step.do === 'nothing' ? meanwhile(meeting, step, now, settings) : step;
}

/** While there is time: places that the meeting has left are seen to. */
function meanwhile(
  meeting: Meeting,
  step: Extract<Step, { do: 'wait' | 'nothing' }>,
  now: number,
  { clearFor }: PlanSettings,
): Step {
  const left = nextOfLeft(meeting, now, clearFor);
  if (left === undefined || (step.do === 'wait' && step.until < Math.max(left.at, now) + breath)) return step;
  if (left.at <= now) return left.step;
  if (step.do === 'nothing') return { do: 'wait', until: left.at, why: 'a place was left', look: left.at };
  return { ...step, look: Math.min(step.look ?? left.at, left.at) };
}

/** Why a conference that was begun must not go on, or undefined. */
function reasonToClose({ booked, placement, early }: Meeting, run: Run, now: number, setup: number) {
  if (booked === undefined) return 'cancelled';
  const elsewhere = placement?.cluster !== run.cluster || placement.number !== run.number;
  return elsewhere || now < opensAt(booked, early, setup) ? 'moved' : undefined;
}

function whileOpen(meeting: Meeting, run: Run, now: number, settings: PlanSettings, world: World): Step {
  const { booked, placement } = meeting;
  const reason = reasonToClose(meeting, run, now, settings.setup);
  if (reason !== undefined || booked === undefined) return { do: 'close', reason: reason ?? 'cancelled' };
  if (booked.end !== run.end) {
    return booked.end <= now ? { do: 'close', reason: 'shortened' } : { do: 'note-end' };
  }
  const end = effectiveEnd(booked.end, run, placement?.cappedEnd);
  if (now >= end) return { do: 'look' };
  const undialled = roomsToDial(booked.rooms, run, settings, now);
  const toDial = undialled.length > 0 && now >= booked.start;
  const repair = whatIsWrong(meeting, run, now, end, world);
  // What only we have lost goes on without us: who is not in it yet is called from a call bridge that we reach.
  const goesOn = repair?.do === 'wait' && run.lost?.witnessedAt !== undefined && world.up.size > 0;
  if (goesOn && toDial) return { do: 'dial', rooms: undialled };
  if (repair !== undefined) return repair;
  if (titleOf(meeting) !== run.name) return { do: 'rename' };
  const strangers = Object.keys(run.rooms).filter((room) => !booked.rooms.includes(room));
  if (strangers.length > 0) return { do: 'hang-up', rooms: strangers };
  if (run.isLocked && now >= booked.start) return { do: 'unlock' };
  if (toDial) return { do: 'dial', rooms: undialled };
  const unanswered = roomsToLookAt(run, now);
  if (unanswered.length > 0) return { do: 'look-at-legs', rooms: unanswered };
  const { warnings, roomCalendar } = settings.extension;
  const due = warningsDue(booked, end, run, warnings, now);
  if (due.length > 0) return { do: 'warn', before: due };
  if (roomCalendar && now >= (run.inCalendarAt ?? 0) && now + timeToShow < end) {
    const ends = endsToShow(run, booked, end);
    if (ends.size > 0) return { do: 'show-in-rooms', ends };
  }
  const anybody = nextLookForAnybody(booked, run, settings.release);
  if (now >= anybody) return { do: 'look-for-anybody' };
  const next = Math.min(end, nextWarningAt(booked, end, run, warnings));
  if (now >= booked.end) return { do: 'watch', until: Math.min(next, now + settings.watchEvery) };
  const isBefore = undialled.length > 0 || run.isLocked === true;
  const until = isBefore ? Math.min(booked.start, next) : next;
  const dial = Math.max(booked.start, nextDial(booked.rooms, run, settings));
  const look = Math.min(nextLook(run), dial, anybody);
  return { do: 'wait', until, why: 'open', ...(undialled.length === 0 && look < until ? { look } : {}) };
}

/** What goes before all that is done with a conference that is well: to have it on the bridge, once. */
function whatIsWrong({ seen }: Meeting, run: Run, now: number, end: number, world: World): Step | undefined {
  if (isOn(run, world.lost)) {
    const asked = run.lost?.witnessedAt;
    if (asked !== undefined && now < asked + witnessAgain) {
      return { do: 'wait', until: end, why: 'only we have lost its call bridge', look: asked + witnessAgain };
    }
    if ([...world.up].some((callBridge) => !world.lost.has(callBridge))) return { do: 'recover' };
    if (run.lost === undefined) return { do: 'note-lost' };
    return { do: 'wait', until: end, why: 'its call bridge is lost', look: now + lookForAnother };
  }
  // One that does not answer cannot be emptied: it is well again, or lost, before long.
  const left = new Set([...world.leaving].filter((callBridge) => world.up.has(callBridge)));
  if (left.size < world.up.size && isOn(run, left)) return { do: 'move' };
  const inDoubt = run.lost !== undefined || (seen !== undefined && differs(run, seen, world));
  if (inDoubt && world.up.has(run.callBridge ?? '')) return { do: 'check' };
  if (run.amiss !== undefined) return { do: 'reopen' };
  const stale = (run.uncleared ?? []).some(({ callBridge }) => world.up.has(callBridge));
  return stale ? { do: 'clear-stale' } : undefined;
}

/** Whether its call, or a room that is in, is on one of these call bridges. */
function isOn(run: Run, callBridges: ReadonlySet<string>): boolean {
  if (callBridges.size === 0) return false;
  if (run.callBridge !== undefined && callBridges.has(run.callBridge)) return true;
  return Object.values(run.rooms).some(
    (room) => isIn(room) && room.callBridge !== undefined && callBridges.has(room.callBridge),
  );
}

/** What has to be done on the bridge goes before what the rooms' calendars say. */
function whileShut(meeting: Meeting, now: number, settings: PlanSettings, world: World): Step {
  const step = onTheBridge(meeting, now, settings, world);
  const { run, booked } = meeting;
  if (run?.closedAt === undefined || step.do === 'open' || step.do === 'close') return step;
  const rooms = settings.release.room ? roomsToGiveBack(run, booked, now) : [];
  if (rooms.length > 0) {
    const at = run.giveBackAt ?? 0;
    return now >= at ? { do: 'give-back-rooms', rooms } : soonerThan(at, step);
  }
  if (!settings.extension.roomCalendar || now >= run.closedAt + showFor) return step;
  const ends = endsToShow(run, booked, run.end);
  if (ends.size === 0) return step;
  const at = run.inCalendarAt ?? 0;
  return now >= at ? { do: 'show-in-rooms', ends } : soonerThan(at, step);
}

/** The step, asked for again at `at` at the latest. */
function soonerThan(at: number, step: Step): Step {
  if (step.do === 'nothing') return { do: 'wait', until: at, why: step.why };
  return step.do === 'wait' ? { ...step, until: Math.min(step.until, at) } : step;
}

function onTheBridge(meeting: Meeting, now: number, settings: PlanSettings, world: World): Step {
  const { booked, placement, run, early } = meeting;
  if (run !== undefined && run.closedAt === undefined) {
    const reason = reasonToClose(meeting, run, now, settings.setup);
    if (reason !== undefined) return { do: 'close', reason };
  }
  const over = isOver(meeting);
  const openAt = booked === undefined ? Number.POSITIVE_INFINITY : opensAt(booked, early, settings.setup);
  if (booked !== undefined && placement !== undefined && !over && openAt <= now) {
    return now < booked.end ? { do: 'open' } : { do: 'close', reason: 'never-started' };
  }
  if (run?.closedAt !== undefined && (run.uncleared ?? []).length > 0) {
    return now < run.closedAt + settings.clearFor ? { do: 'clear' } : { do: 'give-up-clearing' };
  }
  if (booked === undefined || over) {
    if (placement === undefined) return { do: 'nothing', why: 'it is over' };
    const until = booked === undefined ? now : (run?.closedAt ?? 0) + settings.teardown;
    return now >= until ? { do: 'release' } : { do: 'wait', until, why: 'teardown' };
  }
  if (placement === undefined) return { do: 'nothing', why: 'it has no slot' };
  const { ahead } = settings;
  const isOut = world.isOut(placement.cluster, openAt);
  const look = ahead && nextLookAhead(meeting, booked, openAt, now, ahead, isOut);
  if (look !== undefined && look.at <= now) return { do: 'preflight', stage: look.stage };
  return { do: 'wait', until: openAt, why: 'planned', ...(look === undefined ? {} : { look: look.at }) };
}

export type AtEnd =
  | { readonly do: 'extend'; readonly until: number; readonly times: number }
  | { readonly do: 'close'; readonly reason: CloseReason };

export interface EndFacts {
  /** Whether somebody is in for whom it goes on. */
  readonly isHeld: boolean;
  /** Whether the slot can be kept and no room is booked until `until`. */
  readonly free: boolean;
}

/** What happens at the end: people stay while they may. */
export function atEnd(
  end: number,
  run: Run,
  facts: EndFacts,
  extension: { readonly by: number; readonly times: number },
): AtEnd {
  if (!facts.isHeld) return { do: 'close', reason: 'ended' };
  const before = run.extension?.of === end ? run.extension : { times: 0, until: end };
  if (before.times >= extension.times) return { do: 'close', reason: 'limit' };
  if (!facts.free) return { do: 'close', reason: 'slot-taken' };
  return { do: 'extend', until: Math.max(before.until, end) + extension.by, times: before.times + 1 };
}
