/**
 * The list of meetings, as the admin listener answers it: found by the index, or by looking through the records of the
 * window while there is none, and in either way shown only as the records have it now.
 */
import { type MeetingIndex, reach } from './administration-search.ts';
import type { Meeting } from './conference/meeting.ts';
import type { Order } from './conference/search/ledger.ts';
import { compare, type Place } from './conference/search/place.ts';
import { findableOf, isMeant, type RoomNames, type Wish } from './conference/search/wish.ts';
import { type MeetingView, viewOf } from './conference/view.ts';
import type { ClusterConfig } from './config.ts';
import type { MeetingQuery } from './http/admin/meeting-query.ts';
import { BadCursor } from './http/admin/meetings.ts';
import type { MeetingStore } from './redis/meetings.ts';

export interface MeetingListDeps {
  readonly clusters: readonly Pick<ClusterConfig, 'name' | 'domain'>[];
  readonly names: RoomNames;
  readonly meetings: Pick<MeetingStore, 'loadMany' | 'byStart' | 'longOnes'>;
  readonly index: Pick<MeetingIndex, 'find'>;
  /** Milliseconds for which records are looked through for one answer. */
  readonly patience?: number;
}

export interface MeetingsPage {
  readonly meetings: readonly MeetingView[];
  readonly next: string | null;
}

/** Places to look at, in their order; after the last of them there is nothing more. */
interface Candidates {
  readonly places: readonly Place[];
  readonly isAll: boolean;
}

/** Well below what a port is waited for (`fromRedis`). */
const patience = 2_000;
/** Records looked through at a time. */
const leastAtOnce = 100;

export class MeetingList {
  readonly #deps: MeetingListDeps;

  constructor(deps: MeetingListDeps) {
    this.#deps = deps;
  }

  /**
   * Meetings that overlap the window and all else that is asked, by start. What takes too long is answered in part, with
   * where to go on.
   * @throws BadCursor
   */
  async page({ after, limit, order: given, ...wish }: MeetingQuery): Promise<MeetingsPage> {
    const order = given ?? 'asc';
    const until = performance.now() + (this.#deps.patience ?? patience);
    const page: Meeting[] = [];
    let cursor = after === undefined ? undefined : decodeCursor(after);
    for (;;) {
      const { places, isAll } = await this.#candidates(wish, order, cursor, limit - page.length + 1);
      const known = await this.#deps.meetings.loadMany(places.map(({ key }) => key));
      const meetings = new Map(known.map((meeting) => [meeting.key, meeting]));
      for (const place of places) {
        const meeting = meetings.get(place.key);
        if (meeting !== undefined && page.length === limit) return this.#answer(page, cursor);
        cursor = place;
        if (meeting !== undefined && isMeant(findableOf(meeting), wish, this.#deps.names)) page.push(meeting);
      }
      if (isAll) return this.#answer(page, undefined);
      if (performance.now() > until) return this.#answer(page, cursor);
    }
  }

  #answer(page: readonly Meeting[], cursor: Place | undefined): MeetingsPage {
    return {
      meetings: page.map((meeting) => viewOf(meeting, this.#deps.clusters)),
      next: cursor === undefined ? null : encodeCursor(cursor),
    };
  }

  async #candidates(wish: Wish, order: Order, after: Place | undefined, limit: number): Promise<Candidates> {
    const found = await this.#deps.index.find(wish, order, after, limit);
    if (found !== undefined) return { places: found, isAll: found.length < limit };
    return await this.#looked(wish, order, after, Math.max(limit, leastAtOnce));
  }

  /** All that may overlap the window, some at a time: those which began long before it stand before the others. */
  async #looked(
    { from, to }: Wish,
    order: Order,
    after: Place | undefined,
    limit: number,
  ): Promise<Candidates> {
    const floor = from - reach;
    const isAmongLong = after !== undefined && after.start < floor;
    if (order === 'desc' && isAmongLong)
      return { places: await this.#longBefore(floor, from, order, after), isAll: true };
    const near = await this.#deps.meetings.byStart(floor, to, after, limit, order);
    const isAll = near.length < limit;
    if (order === 'desc')
      return {
        places: isAll ? [...near, ...(await this.#longBefore(floor, from, order, after))] : near,
        isAll,
      };
    const long = after === undefined || isAmongLong ? await this.#longBefore(floor, from, order, after) : [];
    return { places: [...long, ...near], isAll };
  }

  async #longBefore(floor: number, from: number, order: Order, after: Place | undefined): Promise<Place[]> {
    const step = order === 'asc' ? 1 : -1;
    // An extension goes beyond the end that they are known by.
    return (await this.#deps.meetings.longOnes(from - reach))
      .map(({ key, last: { start } }) => ({ key, start }))
      .filter((place) => place.start < floor && (after === undefined || compare(place, after) * step > 0))
      .sort((a, b) => compare(a, b) * step);
  }
}

function encodeCursor({ start, key }: Place): string {
  return Buffer.from(JSON.stringify([start, key])).toString('base64url');
}

function decodeCursor(text: string): Place {
  try {
    const [start, key]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof start === 'number' && typeof key === 'string') return { start, key };
  } catch {
    // Said below.
  }
  throw new BadCursor('the cursor is not one of ours');
}
