/** One mailbox's primary calendar: its items, when each last changed, and the instances of its series. */
import { randomUUID } from 'node:crypto';
import { type Item, instanceICalUId, instanceId, readInstanceId, seriesZone } from './item.ts';
import { startsOf } from './recurrence.ts';
import { wallOf } from './zones.ts';

const DAY = 86_400_000;

export class Mailbox {
  readonly guid = randomUUID();
  readonly address: string;
  readonly name: string;
  /** External: known as an organizer, but no mailbox of this tenant. */
  readonly kind: 'room' | 'person' | 'external';
  /** Counts every change. */
  revision = 0;
  /** By id of a single item or a master: the revision of its last change, its exceptions' included. */
  readonly touched = new Map<string, number>();
  /** Single items and masters that are gone, by id: the revision at which they went. */
  readonly removed = new Map<string, number>();
  readonly #items = new Map<string, Item>();
  readonly #byUid = new Map<string, string>();
  readonly #exceptions = new Map<string, Set<string>>();

  constructor(address: string, name: string, kind: Mailbox['kind']) {
    this.address = address;
    this.name = name;
    this.kind = kind;
  }

  /** Stores an item under a new change key and gives it back. */
  put(item: Omit<Item, 'changeKey' | 'modified'>): Item {
    this.revision++;
    const stored: Item = {
      ...item,
      changeKey: Buffer.from(`${this.guid.slice(0, 8)}${String(this.revision).padStart(8, '0')}`).toString(
        'base64',
      ),
      modified: Date.now(),
    };
    this.#items.set(stored.id, stored);
    this.touched.set(stored.seriesMasterId ?? stored.id, this.revision);
    if (stored.type !== 'exception') this.#byUid.set(stored.iCalUId, stored.id);
    else this.#exceptionIds(stored.seriesMasterId ?? '').add(stored.id);
    return stored;
  }

  /** Takes an item out; a master goes with its exceptions. */
  remove(item: Item): void {
    if (!this.#items.delete(item.id)) return;
    this.revision++;
    if (item.type === 'exception' && item.seriesMasterId) {
      this.touched.set(item.seriesMasterId, this.revision);
      this.#exceptionIds(item.seriesMasterId).delete(item.id);
      return;
    }
    for (const exception of this.exceptionsOf(item)) this.#items.delete(exception.id);
    this.#exceptions.delete(item.id);
    this.#byUid.delete(item.iCalUId);
    this.touched.delete(item.id);
    this.removed.set(item.id, this.revision);
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
    const taken = new Set(exceptions.map((item) => item.originalStart));
    const length = master.end - master.start;
    const plain = slotsOf(master, from - length, to)
      .filter((slot) => !taken.has(slot))
      .map((slot) => occurrenceOf(master, slot));
    return [...plain, ...exceptions]
      .filter((item) => overlaps(item, from, to))
      .sort((a, b) => a.start - b.start);
  }

  /** Everything that takes place in [from, to), series by their instances, by start. */
  view(from: number, to: number): Item[] {
    const roots = this.items().filter((item) => item.type !== 'exception');
    return roots
      .flatMap((item) =>
        item.type === 'seriesMaster'
          ? this.instancesOf(item, from, to)
          : overlaps(item, from, to)
            ? [item]
            : [],
      )
      .sort((a, b) => a.start - b.start);
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
  const { recurrence: _, ...rest } = master;
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
