/** Reading a room's calendar: a delta round from the last link, or a new baseline of the whole window. */
import type { Logger } from 'pino';
import type { GraphClient } from '../src/graph/client.ts';
import { readDeltaRound } from '../src/graph/delta.ts';
import { type AllDaySeries, absentMasters, type EventReading, readItems } from '../src/graph/event.ts';
import { readEventItem, readInstances } from '../src/graph/events.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { readOrganizerSays } from '../src/graph/wiped.ts';
import { originalStartIn } from '../src/meeting/booking.ts';
import {
  applyBaseline,
  applyRound,
  namedBy,
  type Root,
  type RootChange,
  withInstances,
} from '../src/meeting/calendar.ts';
import type { CalendarChange, CalendarEvent } from '../src/meeting/calendar-event.ts';
import { seriesOf, startOn } from '../src/meeting/global-object-id.ts';
import type { HeldRoot } from '../src/meeting/room-bookings.ts';
import { asBooked } from '../src/meeting/shown-longer.ts';
import { type Window, windowAt } from '../src/meeting/window.ts';
import type { RoomSync } from '../src/redis/calendars.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { RoomStore } from '../src/redis/rooms.ts';
import type { RoomRules } from '../src/room-rules.ts';

export interface ReadingDeps {
  readonly graph: GraphClient;
  readonly rooms: RoomStore;
  readonly meetings: MeetingStore;
  readonly log: Logger;
  /** Milliseconds ahead for which bookings are held. */
  readonly horizon: number;
}

/** What was read, and what was held of it before. */
export interface Round {
  readonly before: ReadonlyMap<string, HeldRoot>;
  readonly changes: ReadonlyMap<string, RootChange>;
  readonly sync: Omit<RoomSync, 'waiting'>;
}

/** A long series is one page, and so is most rooms' whole window. */
const pageSize = 500;

/** What changed since the last round. @throws GraphFault; `reset`: only a baseline can tell */
export async function readChanges(
  deps: ReadingDeps,
  mailbox: string,
  sync: RoomSync,
  rules: RoomRules,
): Promise<Round> {
  const { items, deltaLink } = await readDeltaRound(deps.graph, { mailbox, link: sync.deltaLink, pageSize });
  const { waiting, ...rest } = sync;
  const next = { ...rest, deltaLink };
  const { calendars } = deps.rooms;
  const waited = waiting.length > 0 ? await calendars.roots(mailbox, { roots: waiting }) : new Map();
  if (items.length === 0) return { before: waited, changes: new Map(), sync: next };
  const series = absentMasters(items);
  const known = await calendars.roots(mailbox, { roots: series });
  const changes = await understand(deps, mailbox, items, known, rules);
  const { roots, members } = namedBy(changes);
  const named = await calendars.roots(mailbox, { roots, members });
  // An event that was taken away may stand in the calendar a second time.
  const uids = new Set([...named.values()].flatMap(({ root }) => root?.event?.iCalUId ?? []));
  for (const change of changes) if (change.kind === 'event') uids.add(change.event.iCalUId);
  const before = new Map([...waited, ...(await calendars.roots(mailbox, { uids })), ...named]);
  const held = rootsIn(before);
  const outcome = applyRound(held, await withOrganizersWord(deps, changes, held, rules));
  const settled = new Map(outcome.changes);
  for (const id of outcome.inDoubt) {
    const after = (settled.get(id) ?? { after: held.get(id) }).after;
    if (after !== undefined) {
      const sure = await listed(deps, mailbox, after, sync.window, held, rules);
      settled.set(id, { before: held.get(id), after: sure });
    }
  }
  return { before, changes: settled, sync: next };
}

/** Everything anew, as the window is now. */
export async function readBaseline(
  deps: ReadingDeps,
  mailbox: string,
  sync: RoomSync | undefined,
  rules: RoomRules,
  now: number,
): Promise<Round> {
  const window = windowAt(now, deps.horizon, sync?.window);
  const question = { mailbox, window, pageSize };
  const { items, deltaLink } = await readDeltaRound(deps.graph, question);
  const before = await deps.rooms.calendars.all(mailbox);
  const held = rootsIn(before);
  const changes = await understand(deps, mailbox, items, new Map(), rules);
  const outcome = applyBaseline(held, await withOrganizersWord(deps, changes, held, rules));
  const next = { deltaLink, window, baselineAt: now, readAs: rules.readAs };
  return { before, changes: outcome.changes, sync: next };
}

export function rootsIn(held: ReadonlyMap<string, HeldRoot>): Map<string, Root> {
  return new Map([...held].flatMap(([id, { root }]) => (root === undefined ? [] : [[id, root]])));
}

/** Delta may send occurrences without their series, whose days, organizer and answer they need. */
async function understand(
  deps: ReadingDeps,
  mailbox: string,
  items: readonly unknown[],
  known: ReadonlyMap<string, HeldRoot>,
  rules: RoomRules,
): Promise<CalendarChange[]> {
  const masters: unknown[] = [];
  for (const id of absentMasters(items)) {
    if (known.get(id)?.root?.event === undefined) masters.push(...(await readMaster(deps, mailbox, id)));
  }
  const allDay = allDayIn(known);
  const changes = await usable(deps, mailbox, [...masters, ...items], { ...rules.reading, allDay });
  return await Promise.all(changes.map((change) => withOriginalStart(deps, change)));
}

/** A single occurrence that the room was asked to is told from its series by its day only. */
async function withOriginalStart(deps: ReadingDeps, change: CalendarChange): Promise<CalendarChange> {
  if (change.kind !== 'event' || change.event.type !== 'singleInstance') return change;
  const { event } = change;
  const series = seriesOf(event.iCalUId);
  if (series === undefined || event.originalStart !== undefined) return change;
  const keys = await deps.meetings.ofSeries(series.iCalUId);
  const starts = keys.flatMap((key) => originalStartIn(key, series.iCalUId) ?? []);
  const originalStart = startOn(series.day, event.start, starts, event.seriesZone);
  return { kind: 'event', event: { ...event, originalStart } };
}

async function readMaster(deps: ReadingDeps, mailbox: string, id: string): Promise<unknown[]> {
  try {
    return [await readEventItem(deps.graph, mailbox, id)];
  } catch (error) {
    if (error instanceof GraphFault && error.kind === 'absent') return [];
    throw error;
  }
}

/** The series with the instances that the mailbox lists; undefined when it is gone meanwhile. */
async function listed(
  deps: ReadingDeps,
  mailbox: string,
  series: Root,
  window: Window,
  held: ReadonlyMap<string, Root>,
  rules: RoomRules,
): Promise<Root | undefined> {
  try {
    const items = await readInstances(deps.graph, mailbox, series.id, window);
    const allDay = allDayIn(new Map([[series.id, { root: series, bookings: new Map() }]]));
    const changes = await usable(deps, mailbox, items, { ...rules.reading, allDay });
    return withInstances(series, await withOrganizersWord(deps, changes, held, rules));
  } catch (error) {
    if (error instanceof GraphFault && error.kind === 'absent') return undefined;
    throw error;
  }
}

async function usable(deps: ReadingDeps, mailbox: string, items: readonly unknown[], reading: EventReading) {
  const { changes, unusable } = readItems(items, reading);
  for (const item of unusable) deps.log.warn({ mailbox, ...item }, 'calendar entry is not usable');
  const shown = await deps.rooms.shownLonger(mailbox);
  return shown.size === 0 ? changes : changes.map((change) => asBooked(change, shown));
}

function allDayIn(held: ReadonlyMap<string, HeldRoot>): AllDaySeries {
  return new Map(
    [...held].flatMap(([id, { root }]) =>
      root?.event?.allDayZone === undefined ? [] : [[id, root.event.allDayZone]],
    ),
  );
}

/**
 * Where the room's copy was emptied and something depends on its text, the organizer's own says it, as far as it can be
 * read. Each is asked for once: until the room's copy changes, what was learned stays.
 */
async function withOrganizersWord(
  deps: ReadingDeps,
  changes: readonly CalendarChange[],
  held: ReadonlyMap<string, Root>,
  { reading: { text } }: RoomRules,
): Promise<readonly CalendarChange[]> {
  if (text === undefined) return changes;
  const known = new Map<string, CalendarEvent>();
  for (const { event, exceptions } of held.values()) {
    for (const one of [...(event === undefined ? [] : [event]), ...exceptions]) known.set(one.id, one);
  }
  const masters = new Map(
    changes.flatMap((change) => (change.kind === 'event' ? [[change.event.id, change.event] as const] : [])),
  );
  const told: CalendarChange[] = [];
  for (const change of changes) {
    if (change.kind !== 'event' || change.event.isWiped !== true || change.event.organizer === undefined) {
      told.push(change);
      continue;
    }
    const { event } = change;
    const before = known.get(event.id);
    if (before?.changeKey !== undefined && before.changeKey === event.changeKey) {
      told.push({ kind: 'event', event: before });
      continue;
    }
    const series = masters.get(event.seriesMasterId ?? '') ?? known.get(event.seriesMasterId ?? '');
    const says = await askOrganizer(deps, event, series, text);
    told.push({ kind: 'event', event: { ...event, ...says } });
  }
  return told;
}

async function askOrganizer(
  deps: ReadingDeps,
  event: CalendarEvent,
  series: CalendarEvent | undefined,
  asking: Parameters<typeof readOrganizerSays>[3],
) {
  const organizer = event.organizer?.address.toLowerCase() ?? '';
  const [uid, original] =
    series === undefined ? [event.iCalUId, undefined] : [series.iCalUId, event.originalStart ?? event.start];
  try {
    return await readOrganizerSays(deps.graph, organizer, uid, asking, original);
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    if (error.kind === 'absent' || error.kind === 'refused') return undefined;
    // Said in the log and to administrators, who may not learn who has organized a private meeting.
    const { kind, status, code, retryAfter } = error;
    const said = [kind, status, code].filter((word) => word !== undefined).join(' ');
    throw new GraphFault(kind, `an organizer's copy could not be read: ${said}`, {
      status,
      code,
      retryAfter,
    });
  }
}
