/** The bars of some rooms, by room; a change touches only the rooms that it is of, so that only their rows are drawn again. */
import type { Bar } from '../answers.ts';

export type BarsByRoom = ReadonlyMap<string, readonly Bar[]>;

const inOrder = (a: Bar, b: Bar) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.key < b.key ? -1 : 1);

export function byRoom(mailboxes: readonly string[], bars: readonly Bar[]): BarsByRoom {
  const found = new Map<string, Bar[]>(mailboxes.map((mailbox) => [mailbox, []]));
  for (const bar of bars) for (const room of bar.rooms) found.get(room)?.push(bar);
  for (const one of found.values()) one.sort(inOrder);
  return found;
}

/** When what is shown of a meeting is over; epoch ms. */
export function overAt({ end, extendedUntil }: Pick<Bar, 'end' | 'extendedUntil'>): number {
  return Math.max(Date.parse(end), extendedUntil === null ? 0 : Date.parse(extendedUntil));
}

/**
 * Of a meeting that was told of several times the last counts.
 * @returns the same map where nothing of it has changed
 */
export function withBars(rooms: BarsByRoom, told: readonly Bar[], from: number, to: number): BarsByRoom {
  const changed = new Map(told.map((bar) => [bar.key, bar]));
  const where = roomsByKey(rooms);
  const touched = new Set<string>();
  for (const { key, rooms: booked } of changed.values()) {
    for (const mailbox of where.get(key) ?? []) touched.add(mailbox);
    for (const mailbox of booked) if (rooms.has(mailbox)) touched.add(mailbox);
  }
  const news = new Map<string, readonly Bar[]>();
  for (const mailbox of touched) {
    const before = rooms.get(mailbox) ?? [];
    const shown = [...changed.values()].filter(
      (bar) => bar.rooms.includes(mailbox) && Date.parse(bar.start) < to && overAt(bar) > from,
    );
    const kept = before.filter(({ key }) => !changed.has(key));
    if (shown.length > 0 || kept.length < before.length) news.set(mailbox, [...kept, ...shown].sort(inOrder));
  }
  return news.size === 0
    ? rooms
    : new Map([...rooms].map(([mailbox, bars]) => [mailbox, news.get(mailbox) ?? bars]));
}

/** Many days are kept, and few of them have what has changed. */
const places = new WeakMap<BarsByRoom, ReadonlyMap<string, readonly string[]>>();

function roomsByKey(rooms: BarsByRoom): ReadonlyMap<string, readonly string[]> {
  const known = places.get(rooms);
  if (known !== undefined) return known;
  const found = new Map<string, string[]>();
  for (const [mailbox, bars] of rooms) {
    for (const { key } of bars) {
      const all = found.get(key);
      if (all === undefined) found.set(key, [mailbox]);
      else all.push(mailbox);
    }
  }
  places.set(rooms, found);
  return found;
}
