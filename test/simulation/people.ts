/** What people do: they book, lengthen, shorten, move and cancel, dial in and hang up; and what they know of it. */
import { isDue, type Wanted, wanted } from '../chaos/meetings.ts';
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import type { BookedEvent, Outlook } from '../simulators/graph/outlook.ts';
import type { Timed } from './scenario.ts';

export const organizer = 'ada@example.com';
export const mailboxOf = (room: number) => `room-${room}@example.com`;
export const sipOf = (mailbox: string) => mailbox.replace('@example.com', '@video.example.com');

/** A room is not booked anew so soon after it was given back, in milliseconds. */
const apart = 20_000;

interface Entry {
  readonly meeting: Wanted;
  readonly event: BookedEvent;
  mailboxes: string[];
}

export class People {
  readonly meetings = new Map<string, Wanted>();
  /** What was done, by its name. */
  readonly counts = new Map<string, number>();
  readonly #outlook: Outlook;
  readonly #cms: CmsCluster;
  readonly #now: () => number;
  readonly #entries: Entry[] = [];

  constructor(outlook: Outlook, cms: CmsCluster, now: () => number) {
    this.#outlook = outlook;
    this.#cms = cms;
    this.#now = now;
  }

  /** When the last meeting is over, epoch ms. */
  get over(): number {
    return Math.max(
      this.#now(),
      ...[...this.meetings.values()].map(({ end, cancelledAt }) => cancelledAt ?? end),
    );
  }

  /** Nothing, where it cannot be done now. */
  act(deed: Timed): void {
    if (deed.do === 'book') this.#book(deed);
    else if (deed.do === 'dial-in') this.#dialIn(deed.which);
    else if (deed.do === 'hang-up') this.#hangUp(deed.which);
    else if ('which' in deed) this.#edit(deed.do, deed.which);
  }

  #book({ rooms, ahead, length }: Extract<Timed, { do: 'book' }>): void {
    const now = this.#now();
    const start = Math.ceil((now + ahead) / 1_000) * 1_000;
    const end = start + length;
    const mailboxes = [...new Set(rooms.map(mailboxOf))].filter((one) => this.#isFree(one, start, end));
    if (mailboxes.length === 0) return;
    const title = `Meeting no. ${this.meetings.size + 1}`;
    const event = this.#outlook.book({
      ...{ organizer, rooms: mailboxes, subject: title, start: new Date(start), end: new Date(end) },
    });
    const meeting = wanted(title, event.iCalUId, mailboxes.map(sipOf), start, end, now);
    this.meetings.set(title, meeting);
    this.#entries.push({ meeting, event, mailboxes });
    this.#count('booked');
  }

  #isFree(mailbox: string, start: number, end: number, besides?: Entry): boolean {
    return this.#entries.every((entry) => {
      const { meeting } = entry;
      const isIn = meeting.rooms.includes(sipOf(mailbox)) || meeting.former.has(sipOf(mailbox));
      if (entry === besides || !isIn) return true;
      const over = meeting.cancelledAt ?? meeting.end;
      return over + apart < start || meeting.start - apart > end;
    });
  }

  #edit(what: 'lengthen' | 'shorten' | 'move' | 'take-off' | 'cancel', which: number): void {
    const now = this.#now();
    const living = this.#entries.filter(
      ({ meeting }) => meeting.cancelledAt === undefined && meeting.end > now + 15_000,
    );
    const entry = living[Math.floor(which * living.length)];
    if (entry === undefined) return;
    const { meeting, event, mailboxes } = entry;
    const isFree = (start: number, end: number) =>
      mailboxes.every((one) => this.#isFree(one, start, end, entry));
    switch (what) {
      case 'lengthen': {
        const end = meeting.end + 60_000;
        if (!isFree(meeting.start, end)) return;
        this.#outlook.update(event, { end: new Date(end) });
        Object.assign(meeting, { end, changedAt: now });
        break;
      }
      case 'shorten': {
        const end = Math.max(meeting.start + 20_000, Math.ceil(now / 1_000) * 1_000 + 10_000);
        if (end >= meeting.end) return;
        this.#outlook.update(event, { end: new Date(end) });
        Object.assign(meeting, { end, changedAt: now });
        break;
      }
      case 'move': {
        const [start, end] = [meeting.start + 40_000, meeting.end + 40_000];
        if (meeting.start < now + 10_000 || !isFree(start, end)) return;
        this.#outlook.update(event, { start: new Date(start), end: new Date(end) });
        Object.assign(meeting, { start, end, changedAt: now });
        break;
      }
      case 'take-off': {
        const [gone, ...rest] = mailboxes;
        if (gone === undefined || rest.length === 0) return;
        this.#outlook.update(event, { rooms: rest });
        meeting.former.set(sipOf(gone), now);
        Object.assign(meeting, { rooms: rest.map(sipOf), changedAt: now });
        entry.mailboxes = rest;
        break;
      }
      case 'cancel':
        if ((which * 1_000) % 1 < 0.7) return;
        this.#outlook.cancel(event);
        Object.assign(meeting, { cancelledAt: now, changedAt: now });
    }
    this.#count(what);
  }

  /** By the number and passcode that the invitation has: those of the space that is open for them. */
  #dialIn(which: number): void {
    const running = this.#entries.filter(({ meeting }) => isDue(meeting, this.#now()));
    const { meeting } = running[Math.floor(which * running.length)] ?? {};
    const space = this.#cms.spaces().find(({ name }) => name === meeting?.title);
    if (meeting === undefined || space?.callId === undefined) return;
    const name = `${meeting.title}, person ${meeting.people.size + 1}`;
    const joined = this.#cms.join(space.callId, { name, passcode: space.passcode });
    if (!joined.joined) return;
    meeting.people.add(joined.participant);
    this.#count('dial-in');
  }

  #hangUp(which: number): void {
    const running = this.#entries.filter(
      ({ meeting }) => meeting.people.size > 0 && isDue(meeting, this.#now()),
    );
    const { meeting } = running[Math.floor(which * running.length)] ?? {};
    const person = meeting && [...meeting.people][0];
    if (person !== undefined && this.#cms.leave(person)) this.#count('hang-up');
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
