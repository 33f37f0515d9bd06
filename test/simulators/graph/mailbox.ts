/** One mailbox's primary calendar: its items, when each last changed, and the instances of its series. */
import { randomUUID } from 'node:crypto';
import { Changes } from './changes.ts';
import type { Editor } from './editors.ts';
import { type Item, instanceICalUId, instanceId, readInstanceId, seriesZone, spanOf } from './item.ts';
import { startsOf } from './recurrence.ts';
import { wallOf } from './zones.ts';

const DAY = 86_400_000;

/** What its owner has set. */
export interface MailboxSettings {
  locale: string;
  /** Windows or IANA name. */
  timeZone: string;
  /** With what its owner edits meetings. */
  editor: Editor;
}

export class Mailbox {
  readonly guid = randomUUID();
  /** Lower case; changes when the mailbox is renamed. */
  address: string;
  readonly name: string;
  /** External: known as an organizer, but no mailbox of this tenant. */
  readonly kind: 'room' | 'person' | 'external';
  readonly settings: MailboxSettings = { locale: 'en-US', timeZone: 'UTC', editor: 'none' };
  /** False while it has no licence. */
  enabled = true;
  readonly #now: () => number;
  /** By id of a single item or a master; a change of an exception is its master's. */
  readonly #changes = new Changes();
  readonly #items = new Map<string, Item>();
  readonly #byUid = new Map<string, string>();
  readonly #exceptions = new Map<string, Set<string>>();

  constructor(address: string, name: string, kind: Mailbox['kind'], now: () => number) {
    this.address = address;
    this.name = name;
    this.kind = kind;
    this.#now = now;
  }

  /** Counts every change. */
  get revision(): number {
    return this.#changes.revision;
  }

  /** Single items and masters that changed or went after `revision`; undefined where that is too long ago. */
  changedSince(revision: number): string[] | undefined {
    return this.#changes.since(revision);
  }

  /** Stores an item under a new change key and gives it back. */
  put(item: Omit<Item, 'changeKey' | 'modified'>): Item {
    const key = `${this.guid.slice(0, 8)}${String(this.revision + 1).padStart(8, '0')}`;
    const stored: Item = {
      ...item,
      changeKey: Buffer.from(key).toString('base64'),
      modified: this.#now(),
    };
    this.#items.set(stored.id, stored);
    if (stored.type !== 'exception') this.#byUid.set(stored.iCalUId, stored.id);
    else this.#exceptionIds(stored.seriesMasterId ?? '').add(stored.id);
    this.#mark(stored.seriesMasterId ?? stored.id);
    return stored;
  }

  /** Takes an item out; a master goes with its exceptions. */
  remove(item: Item): void {
    if (!this.#items.delete(item.id)) return;
    if (item.type === 'exception' && item.seriesMasterId) {
      this.#exceptionIds(item.seriesMasterId).delete(item.id);
      this.#mark(item.seriesMasterId);
      return;
    }
    for (const exception of this.exceptionsOf(item)) this.#items.delete(exception.id);
    this.#exceptions.delete(item.id);
    this.#byUid.delete(item.iCalUId);
    this.#mark(item.id);
  }

  /** Exchange resolves addresses when it is asked, so that a rename changes no item, only what is read of it. */
  readdress(from: string, to: string): void {
    for (const [id, item] of this.#items) {
      if (item.organizer.address !== from && item.attendees.every(({ address }) => address !== from))
        continue;
      const attendees = item.attendees.map((one) => (one.address === from ? { ...one, address: to } : one));
      const organizer = item.organizer.address === from ? { ...item.organizer, address: to } : item.organizer;
      this.#items.set(id, { ...item, organizer, attendees });
    }
  }

  /** Stored items, without the plain occurrences of series. */
  items(): Item[] {
    return [...this.#items.values()];
  }

  stored(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** A stored item, or the plain occurrence that the id names. */
  find(id: string): Item | undefined {
    const item = this.#items.get(id);
    if (item) return item;
    const named = readInstanceId(id);
    const master = named && this.#items.get(named.masterId);
    if (!named || master?.type !== 'seriesMaster') return undefined;
    return this.instanceAt(master, named.slot);
  }

  /** The single item or master with this iCalUId. */
  byUid(iCalUId: string): Item | undefined {
    const id = this.#byUid.get(iCalUId);
    return id === undefined ? undefined : this.#items.get(id);
  }

  exceptionsOf(master: Item): Item[] {
    const ids = [...(this.#exceptions.get(master.id) ?? [])];
    return ids.flatMap((id) => this.#items.get(id) ?? []);
  }

  /** The exception or plain occurrence in a slot, unless the series has no such slot or it is cancelled. */
  instanceAt(master: Item, slot: number): Item | undefined {
    const exception = this.#items.get(instanceId(master.id, slot));
    if (exception) return exception;
    return slotsOf(master, slot, slot + 1).length > 0 ? occurrenceOf(master, slot) : undefined;
  }

  /** Exceptions and plain occurrences that overlap [from, to), by start. */
  instancesOf(master: Item, from: number, to: number): Item[] {
    const exceptions = this.exceptionsOf(master);
    const length = master.end - master.start;
    const plain = this.#plainSlots(master, from - length, to).map((slot) => occurrenceOf(master, slot));
    return [...plain, ...exceptions]
      .filter((item) => overlaps(item, from, to))
      .sort((a, b) => a.start - b.start);
  }

  /** Everything that takes place in [from, to), series by their instances, by start. */
  view(from: number, to: number): Item[] {
    const found: Item[] = [];
    for (const item of this.#items.values()) {
      if (item.type === 'seriesMaster') found.push(...this.instancesOf(item, from, to));
      else if (item.type !== 'exception' && overlaps(item, from, to)) found.push(item);
    }
    return found.sort((a, b) => a.start - b.start);
  }

  /** When somebody has the mailbox in [from, to), give or take a day, not counting what `isOwn`. */
  taken(from: number, to: number, isOwn: (item: Item) => boolean): { from: number; to: number }[] {
    const spans: { from: number; to: number }[] = [];
    const [begin, end] = [from - DAY, to + DAY];
    for (const item of this.#items.values()) {
      const counts = item.isOrganizer || item.response.response === 'accepted';
      if (!counts || item.isCancelled || item.showAs === 'free' || isOwn(item)) continue;
      if (item.type !== 'seriesMaster') {
        if (overlaps(item, begin, end)) spans.push(spanOf(item));
        continue;
      }
      const length = item.end - item.start;
      for (const start of this.#plainSlots(item, begin - length, end)) {
        spans.push(spanOf({ ...item, start, end: start + length }));
      }
    }
    return spans;
  }

  /** Slots in [from, to) in which no exception stands. */
  #plainSlots(master: Item, from: number, to: number): number[] {
    const exceptions = new Set(this.exceptionsOf(master).map((item) => item.originalStart));
    return slotsOf(master, from, to).filter((slot) => !exceptions.has(slot));
  }

  #mark(id: string): void {
    this.#changes.mark(id, (one) => !this.#items.has(one));
  }

  #exceptionIds(masterId: string): Set<string> {
    const ids = this.#exceptions.get(masterId) ?? new Set();
    this.#exceptions.set(masterId, ids);
    return ids;
  }
}

/** Whether an item touches [from, to); one without length counts where it starts. */
export function overlaps(item: Item, from: number, to: number): boolean {
  return item.start < to && (item.end > from || (item.end === item.start && item.start === from));
}

/** The slots of a series in [from, to) that are not cancelled. */
export function slotsOf(master: Item, from: number, to: number): number[] {
  if (!master.recurrence) return [];
  const zone = seriesZone(master);
  const time = ((wallOf(master.start, zone) % DAY) + DAY) % DAY;
  const cancelled = new Set(master.cancelledSlots);
  return startsOf(master.recurrence, time, zone, from, to).filter((slot) => !cancelled.has(slot));
}

function occurrenceOf(master: Item, slot: number): Item {
  const { recurrence: _, fullRecurrence: __, ...rest } = master;
  return {
    ...rest,
    id: instanceId(master.id, slot),
    iCalUId: instanceICalUId(master, slot),
    type: 'occurrence',
    seriesMasterId: master.id,
    originalStart: slot,
    start: slot,
    end: slot + master.end - master.start,
    cancelledSlots: [],
  };
}
