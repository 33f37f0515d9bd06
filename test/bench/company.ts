/** A company that books rooms: four sites in four zones, standing series, meetings made at short notice, and changes of mind. */
import type { BookedEvent, NewMeeting } from '../simulators/graph/outlook.ts';
import type { GraphSimulator } from '../simulators/graph/simulator.ts';
import { dateText, instantOf } from '../simulators/graph/zones.ts';

export const sites = ['Europe/Berlin', 'Europe/London', 'America/New_York', 'Australia/Sydney'] as const;
type Site = (typeof sites)[number];

/**
 * What a company does, as shares. They are estimates: nobody publishes such figures for whole companies.
 * Edits and cancellations are those of organizers; a decline is a person's who manages a room.
 */
export const rates = {
  /** Of meetings that take place. */
  fromSeries: 0.6,
  /** Of single meetings: moved, cancelled, given a new title, another room. */
  moved: 0.15,
  cancelled: 0.1,
  retitled: 0.05,
  otherRoom: 0.03,
  /** Of occurrences of series: moved or cancelled by themselves. */
  occurrenceMoved: 0.04,
  occurrenceCancelled: 0.05,
  /** Of meetings: the room declines after all. */
  declined: 0.005,
  /** Of bookings: in two rooms, private, by somebody outside. */
  twoRooms: 0.08,
  isPrivate: 0.05,
  external: 0.02,
  allDay: 0.01,
} as const;

interface Room {
  readonly mailbox: string;
  readonly site: Site;
  /** Hours of the week (0–167, Monday first) that a series has. */
  readonly standing: Set<number>;
}

interface Series {
  readonly event: BookedEvent;
  readonly room: Room;
  readonly hour: number;
  /** Day number of its last occurrence. */
  readonly last: number;
}

export interface Click {
  readonly at: number;
  readonly do: () => BookedEvent | undefined;
}

const day = 86_400_000;
const hourMs = 3_600_000;

export class Company {
  readonly rooms: readonly Room[];
  readonly people: readonly { readonly mailbox: string; readonly name: string; readonly site: Site }[];
  readonly counts: Record<string, number> = {};
  readonly #draw: () => number;
  readonly #perDay: number;
  #series: Series[] = [];
  #singles: {
    readonly event: BookedEvent;
    readonly room: Room;
    readonly start: number;
    readonly end: number;
  }[] = [];
  #number = 0;

  /** `perDay`: meetings that take place in a room on a workday. */
  constructor(size: { rooms: number; people: number; perDay: number }, draw: () => number) {
    this.#draw = draw;
    this.#perDay = size.perDay;
    const siteOf = (i: number) => sites[i % sites.length] ?? sites[0];
    this.rooms = Array.from({ length: size.rooms }, (_, i) => ({
      mailbox: `room-${i}@example.com`,
      site: siteOf(i),
      standing: new Set<number>(),
    }));
    this.people = Array.from({ length: size.people }, (_, i) => ({
      mailbox: `person-${i}@example.com`,
      name: `Person ${i}`,
      site: siteOf(i),
    }));
  }

  /** What people click in the 24 hours from midnight UTC, by time. */
  clicks(graph: GraphSimulator, midnight: number): Click[] {
    const today = Math.floor(midnight / day);
    const clicks: Click[] = [];
    this.#series = this.#series.filter(({ last }) => last >= today);
    this.#singles = this.#singles.filter(({ end }) => end > midnight);
    for (const room of this.rooms) {
      clicks.push(...this.#renewSeries(graph, room, today));
      if (isWeekend(today)) continue;
      for (let left = this.#perDay * (1 - rates.fromSeries); this.#draw() < left; left -= 1) {
        clicks.push(this.#click(room.site, today, () => this.#bookSingle(graph, room, today)));
      }
    }
    for (const one of this.#singles) clicks.push(...this.#secondThoughts(graph, one, today));
    for (const one of this.#series) clicks.push(...this.#exceptions(graph, one, today));
    return clicks.sort((a, b) => a.at - b.at);
  }

  #chance(share: number): boolean {
    return this.#draw() < share;
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  /** In the working hours of a site, on this day. */
  #click(site: Site, today: number, act: () => BookedEvent | undefined): Click {
    const at = instantOf(today * day + (8 + this.#draw() * 10) * hourMs, site);
    return { at: Math.floor(at), do: act };
  }

  /** Every room has as many standing hours a week as its share of series asks for. */
  #renewSeries(graph: GraphSimulator, room: Room, today: number): Click[] {
    const own = this.#series.filter((series) => series.room === room);
    room.standing.clear();
    for (const { hour } of own) room.standing.add(hour);
    const wanted = Math.round(this.#perDay * 5 * rates.fromSeries);
    const clicks: Click[] = [];
    for (let missing = wanted - own.length; missing > 0; missing -= 1) {
      clicks.push(this.#click(room.site, today, () => this.#bookSeries(graph, room, today)));
    }
    return clicks;
  }

  #bookSeries(graph: GraphSimulator, room: Room, today: number): BookedEvent | undefined {
    const [weekday, hour] = [Math.floor(this.#draw() * 5), 8 + Math.floor(this.#draw() * 10)];
    if (room.standing.has(weekday * 24 + hour)) return undefined;
    room.standing.add(weekday * 24 + hour);
    const first = today + 1 + ((weekday - weekdayOf(today + 1) + 7) % 7);
    const weeks = 8 + Math.floor(this.#draw() * 45);
    const endless = this.#chance(0.15);
    const start = instantOf(first * day + hour * hourMs, room.site);
    const event = graph.outlook.book({
      ...this.#meeting(room, start, start + (this.#chance(0.5) ? 1 : 0.5) * hourMs),
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: [weekdays[weekday] ?? 'monday'] },
        range: endless
          ? { type: 'noEnd', recurrenceTimeZone: room.site }
          : this.#chance(0.5)
            ? { type: 'numbered', numberOfOccurrences: weeks, recurrenceTimeZone: room.site }
            : { type: 'endDate', endDate: dateText(first + (weeks - 1) * 7), recurrenceTimeZone: room.site },
      },
    });
    this.#count('series booked');
    const last = endless ? Number.POSITIVE_INFINITY : first + (weeks - 1) * 7;
    this.#series.push({ event, room, hour: weekday * 24 + hour, last });
    return event;
  }

  #bookSingle(graph: GraphSimulator, room: Room, today: number): BookedEvent | undefined {
    const found = this.#freeHour(room, today);
    if (found === undefined) return undefined;
    const start = instantOf(found.date * day + found.hour * hourMs, room.site);
    const end = start + (this.#chance(0.6) ? 1 : 0.5) * hourMs;
    const event = graph.outlook.book(
      this.#chance(rates.allDay)
        ? { ...this.#meeting(room, found.date * day, (found.date + 1) * day), isAllDay: true }
        : this.#meeting(room, start, end),
    );
    this.#count('single booked');
    this.#singles.push({ event, room, start, end });
    return event;
  }

  /** From tomorrow to three weeks ahead, sooner more often than later. */
  #freeHour(room: Room, today: number): { date: number; hour: number } | undefined {
    for (let tries = 0; tries < 5; tries += 1) {
      const date = today + 1 + Math.floor(this.#draw() ** 2 * 21);
      const hour = 8 + Math.floor(this.#draw() * 10);
      if (isWeekend(date) || room.standing.has(weekdayOf(date) * 24 + hour)) continue;
      const start = instantOf(date * day + hour * hourMs, room.site);
      const taken = this.#singles.some(
        (one) => one.room === room && one.start < start + hourMs && one.end > start,
      );
      if (!taken) return { date, hour };
    }
    return undefined;
  }

  #meeting(room: Room, start: number, end: number): NewMeeting {
    const near = this.people.filter(({ site }) => site === room.site);
    const person = near[Math.floor(this.#draw() * near.length)]?.mailbox ?? '';
    const other = this.rooms[(this.rooms.indexOf(room) + sites.length) % this.rooms.length] ?? room;
    this.#number += 1;
    return {
      organizer: this.#chance(rates.external) ? `guest-${this.#number % 40}@elsewhere.example` : person,
      rooms: this.#chance(rates.twoRooms) && other !== room ? [room.mailbox, other.mailbox] : [room.mailbox],
      subject: `Meeting ${this.#number}`,
      body: {
        contentType: 'html',
        content: `<html><body><p>About number ${this.#number}.</p></body></html>`,
      },
      ...(this.#chance(rates.isPrivate) ? { sensitivity: 'private' as const } : {}),
      start: new Date(start),
      end: new Date(end),
      timeZone: room.site,
    };
  }

  /** The shares are of a meeting's whole life, which is about a week until it takes place. */
  #secondThoughts(graph: GraphSimulator, one: { event: BookedEvent; room: Room }, today: number): Click[] {
    if (isWeekend(today)) return [];
    const { event, room } = one;
    const perDay = 1 / 6;
    const clicks: Click[] = [];
    const may = (share: number, what: string, act: () => unknown) => {
      if (!this.#chance(share * perDay)) return;
      const click = () => {
        if (graph.outlook.event(event.organizer, event) === undefined) return undefined;
        act();
        this.#count(what);
        return event;
      };
      clicks.push(this.#click(room.site, today, click));
    };
    may(rates.moved, 'single moved', () => {
      const found = this.#freeHour(room, today);
      if (found === undefined || graph.outlook.event(event.organizer, event)?.isAllDay) return;
      const start = instantOf(found.date * day + found.hour * hourMs, room.site);
      graph.outlook.update(event, { start: new Date(start) });
    });
    may(rates.retitled, 'single retitled', () => {
      graph.outlook.update(event, { subject: `Meeting ${this.#number} renamed` });
    });
    may(rates.otherRoom, 'room changed', () => {
      const other = this.rooms[(this.rooms.indexOf(room) + 2 * sites.length) % this.rooms.length] ?? room;
      graph.outlook.update(event, { rooms: [other.mailbox] });
    });
    may(rates.cancelled, 'single cancelled', () => graph.outlook.cancel(event));
    may(rates.declined, 'declined by the room', () => {
      const copy = graph.outlook.roomCopy(room.mailbox, event);
      if (copy !== undefined && !copy.isCancelled) graph.outlook.declineByRoom(room.mailbox, event.iCalUId);
    });
    return clicks;
  }

  /** Of the occurrence a week from today. */
  #exceptions(graph: GraphSimulator, { event, room, hour }: Series, today: number): Click[] {
    const date = today + 7;
    if (isWeekend(date) || weekdayOf(date) !== Math.floor(hour / 24)) return [];
    const slot = new Date(instantOf(date * day + (hour % 24) * hourMs, room.site));
    const clicks: Click[] = [];
    const may = (share: number, what: string, act: () => unknown) => {
      if (!this.#chance(share)) return;
      const click = () => {
        try {
          act();
        } catch (error) {
          // The series is gone, or this occurrence of it.
          if (error instanceof Error && /holds|has no occurrence/.test(error.message)) return undefined;
          throw error;
        }
        this.#count(what);
        return undefined;
      };
      clicks.push(this.#click(room.site, today, click));
    };
    may(rates.occurrenceMoved, 'occurrence moved', () => {
      graph.outlook.updateOccurrence(event, slot, { start: new Date(slot.getTime() + 2 * hourMs) });
    });
    may(rates.occurrenceCancelled, 'occurrence cancelled', () => graph.outlook.cancelOccurrence(event, slot));
    may(rates.declined, 'occurrence declined by the room', () => {
      graph.outlook.declineOccurrenceByRoom(room.mailbox, event, slot);
    });
    return clicks;
  }
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;

/** 0 is Monday; 1970-01-01 was a Thursday. */
function weekdayOf(date: number): number {
  return (date + 3) % 7;
}

function isWeekend(date: number): boolean {
  return weekdayOf(date) > 4;
}
