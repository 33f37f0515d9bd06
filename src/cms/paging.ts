/**
 * Walks a collection however the bridge cuts it: its pages are as long as it likes, and objects come and go
 * between two of them.
 */
import type { CmsClient, Query, RequestOptions } from './client.ts';
import { CmsFault } from './fault.ts';
import type { XmlElement } from './xml.ts';

export interface Collection {
  readonly path: string;
  /** The name of the list element. */
  readonly list: string;
  /** The name of one item. */
  readonly item: string;
  readonly query?: Query;
}

export type Item = readonly [id: string, element: XmlElement];

/** Asked for; bridges give what they please (20 spaces, 10 calls). */
const pageLength = 50;
/** Pages one after the other that bring nothing new. */
const mostIdle = 20;

/**
 * Each item once, by its id. Where objects vanish during the walk, the page is read again from as much further
 * ahead, lest others slip through; deadlines hold for each request, not for the walk.
 * @throws CmsFault; `garbled` where page after page brings nothing new
 */
export async function* walk(
  client: CmsClient,
  { path, list, item, query }: Collection,
  options: RequestOptions = {},
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string>();
  let offset = 0;
  let total = 0;
  let patience = 20;
  let idle = 0;
  while (true) {
    const page = await client.get(path, { ...query, offset, limit: pageLength }, { ...options, root: list });
    const items = page.children(item);
    const lost = total - countOf(page, offset + items.length);
    total -= lost;
    if (lost > 0 && offset > 0 && patience-- > 0) {
      offset = Math.max(0, offset - lost);
      if (offset < total) continue;
    }
    const known = seen.size;
    for (const element of items) {
      const id = element.attributes.id?.trim() ?? '';
      // It becomes a part of paths.
      if (!isId(id) || seen.has(id)) continue;
      seen.add(id);
      yield [id, element];
    }
    offset += items.length;
    if (items.length === 0 || offset >= total) return;
    idle = seen.size === known ? idle + 1 : 0;
    if (idle > mostIdle) throw endless(client, path);
  }
}

/** All items, each made into what the caller wants. */
export async function collect<T>(
  items: AsyncIterable<Item>,
  read: (id: string, element: XmlElement) => T | undefined,
): Promise<T[]> {
  const found: T[] = [];
  for await (const [id, element] of items) {
    const value = read(id, element);
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** Ids become parts of paths: one that would lead elsewhere is none. */
function isId(text: string): boolean {
  return /^[\w:-][\w.:-]{0,99}$/.test(text);
}

function endless(client: CmsClient, path: string): CmsFault {
  return new CmsFault(`GET /api/v1/${path} at ${client.address}: its pages have no end`, {
    ...{ kind: 'garbled', callBridge: client.address, status: 200 },
  });
}

function countOf(page: XmlElement, otherwise: number): number {
  const text = page.attributes.total ?? '';
  return /^\d+$/.test(text) ? Number(text) : otherwise;
}
