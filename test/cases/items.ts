/** Items of a calendar as Graph sends them, and what can be read off them. */
import type { Reply } from '../graph/recorded-server.ts';

/** An event resource, a bare occurrence or a tombstone, as Graph sends it. */
export type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** An occurrence has everything but its time from its master. */
export function hydrated(item: Item, items: ReadonlyMap<string, Item>): Item {
  const master = item.type === 'occurrence' ? items.get(String(item.seriesMasterId)) : undefined;
  if (master === undefined) return item;
  const at = String((item.start as { dateTime?: string }).dateTime).slice(0, 19);
  const uid = String(master.iCalUId);
  const day = [at.slice(0, 4), at.slice(5, 7), at.slice(8, 10)].map((part, i) =>
    hex(Number(part), i === 0 ? 4 : 2),
  );
  const own = { iCalUId: `${uid.slice(0, 32)}${day.join('')}${uid.slice(40)}`, originalStart: `${at}Z` };
  return { ...master, recurrence: null, ...own, ...item };
}

/** What takes place in the window, masters if any of their occurrences does. */
export function inWindow(items: ReadonlyMap<string, Item>, window: { from: string; to: string }): Item[] {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const inside = (item: Item) => instant(item.start) < to && instant(item.end) > from;
  const masters = new Set([...items.values()].filter(inside).map(({ seriesMasterId }) => seriesMasterId));
  return [...items.values()].filter((item) =>
    item.type === 'seriesMaster' ? masters.has(item.id) : inside(item),
  );
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function instant(value: unknown): number {
  const { dateTime = '' } = (value ?? {}) as { dateTime?: string };
  return Date.parse(`${dateTime.slice(0, 19)}Z`);
}

export function bodyOf(item: Item): string {
  return ((item.body ?? {}) as { content?: string }).content ?? '';
}

export function selected(item: Item, query: URLSearchParams): object {
  const select = query.get('$select');
  if (select === null) return item;
  const names = new Set(['id', ...select.split(',')]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => name.startsWith('@') || names.has(name)));
}

export function refusal(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message, innerError: { 'request-id': 'a3c1' } } } };
}
