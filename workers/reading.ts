/** Reading a room's calendar by delta: a round from the last link, or a new baseline of the whole window. */
import type { Logger } from 'pino';
import type { GraphClient } from '../src/graph/client.ts';
import { readDeltaRound } from '../src/graph/delta.ts';
import { readEvent } from '../src/graph/events.ts';
import { GraphFault } from '../src/graph/fault.ts';
import {
  applyBaseline,
  applyRound,
  type HeldCalendar,
  type HeldEntry,
  missingMasters,
  type RoundOutcome,
} from '../src/meeting/calendar.ts';
import type { CalendarChange } from '../src/meeting/calendar-event.ts';
import type { RoomCalendar, RoomStatus } from '../src/redis/rooms.ts';

export interface ReadingDeps {
  readonly graph: GraphClient;
  readonly log: Logger;
}

const day = 86_400_000;
/** How far back and ahead a room's calendar is read; the window of a delta link is fixed, so it is read anew each day. */
const windowBack = day;
const windowAhead = 182 * day;
const baselineEvery = day;
export interface Round {
  readonly outcome: RoundOutcome;
  readonly deltaLink: string;
  readonly window: { readonly from: number; readonly to: number };
  readonly baselineAt: number;
}

/** What changed since the last round; everything anew where that cannot be had, or where it leaves a doubt. */
export async function readRound(
  deps: ReadingDeps,
  mailbox: string,
  before: RoomCalendar,
  status: RoomStatus,
  now: number,
): Promise<Round> {
  const { deltaLink: link, window, baselineAt } = before;
  if (link && window !== undefined && status.missed === undefined && now - baselineAt < baselineEvery) {
    try {
      const { changes, deltaLink } = await read(deps, mailbox, before.held, { link });
      const outcome = applyRound(before.held, changes);
      if (!outcome.inDoubt) return { outcome, deltaLink, window, baselineAt };
    } catch (error) {
      if (!(error instanceof GraphFault) || error.kind !== 'reset') throw error;
      deps.log.info({ mailbox }, 'delta link is gone, the calendar is read anew');
    }
  }
  const fresh = { from: now - windowBack, to: now + windowAhead };
  const { changes, deltaLink } = await read(deps, mailbox, before.held, { window: fresh });
  return { outcome: applyBaseline(before.held, changes), deltaLink, window: fresh, baselineAt: now };
}

async function read(
  deps: ReadingDeps,
  mailbox: string,
  held: HeldCalendar,
  from: { readonly link: string } | { readonly window: { readonly from: number; readonly to: number } },
): Promise<{ changes: CalendarChange[]; deltaLink: string }> {
  const allDay = new Map<string, string>();
  for (const [id, entry] of held) {
    if (entry.kind === 'event' && entry.event.allDayZone !== undefined)
      allDay.set(id, entry.event.allDayZone);
  }
  const { changes, unusable, deltaLink } = await readDeltaRound(deps.graph, { mailbox, ...from }, allDay);
  for (const item of unusable) deps.log.warn({ mailbox, ...item }, 'calendar entry is not usable');
  return { changes, deltaLink };
}

/** Delta may send occurrences without their series, whose subject, organizer and answer they need. */
export async function addMissingMasters(
  deps: ReadingDeps,
  mailbox: string,
  held: Map<string, HeldEntry>,
): Promise<void> {
  for (const id of missingMasters(held)) {
    try {
      held.set(id, { kind: 'event', event: await readEvent(deps.graph, mailbox, id) });
    } catch (error) {
      if (!(error instanceof GraphFault) || error.kind !== 'absent') throw error;
    }
  }
}
