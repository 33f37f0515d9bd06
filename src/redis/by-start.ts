/** Members of a sorted set by their scores, page by page, each once though others come and go between the pages. */
import type { Redis } from 'ioredis';
import { compare, type Place } from '../conference/search/place.ts';

export interface StartsAsked {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly after: Place | undefined;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

export async function keysByStart(
  redis: Redis,
  index: string,
  { from, to, after, limit, order }: StartsAsked,
): Promise<Place[]> {
  const found: Place[] = [];
  const step = order === 'asc' ? 1 : -1;
  const isBehind = (cursor: Place) => after === undefined || compare(cursor, after) * step > 0;
  const least = order === 'asc' && after !== undefined ? Math.max(from, after.start) : from;
  const most = order === 'desc' && after !== undefined && after.start < to ? after.start : `(${to}`;
  for (let offset = 0; found.length < limit; offset += limit) {
    const page =
      order === 'asc'
        ? await redis.zrangebyscore(index, least, most, 'WITHSCORES', 'LIMIT', offset, limit)
        : await redis.zrevrangebyscore(index, most, least, 'WITHSCORES', 'LIMIT', offset, limit);
    for (let i = 0; i < page.length; i += 2) {
      const cursor = { key: page[i] ?? '', start: Number(page[i + 1]) };
      if (isBehind(cursor)) found.push(cursor);
    }
    if (page.length < limit * 2) break;
  }
  return found.slice(0, limit);
}
