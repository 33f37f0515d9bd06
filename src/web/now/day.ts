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

/** @returns the same map where nothing of it has changed */
export function withBars(rooms: BarsByRoom, changed: readonly Bar[], from: number, to: number): BarsByRoom {
  const keys = new Set(changed.map(({ key }) => key));
  const news = new Map<string, readonly Bar[]>();
  for (const [mailbox, bars] of rooms) {
    const shown = changed.filter(
      (bar) => bar.rooms.includes(mailbox) && Date.parse(bar.start) < to && overAt(bar) > from,
    );
    if (shown.length === 0 && !bars.some(({ key }) => keys.has(key))) continue;
    news.set(mailbox, [...bars.filter(({ key }) => !keys.has(key)), ...shown].sort(inOrder));
  }
  return news.size === 0
    ? rooms
    : new Map([...rooms].map(([mailbox, bars]) => [mailbox, news.get(mailbox) ?? bars]));
}
