/**
 * What the looks ahead of many starts need of one cluster, asked once for all of them: at nine o'clock a thousand
 * meetings are due, and every one of them wants to know what runs on the cluster and how much it carries.
 */
import { type Load, lackOfRoom } from '../src/cluster/capacity.ts';
import { listCalls } from '../src/cms/calls.ts';
import type { CmsClient, RequestOptions } from '../src/cms/client.ts';
import { ignoreFault } from '../src/cms/fault.ts';
import { readLimits, readLoad } from '../src/cms/load.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { CallBridges } from './call-bridges.ts';

/** A look ahead waits for everything that is due now. */
export const behindAll: RequestOptions = { priority: 'sweep' };

/** Milliseconds for which an answer serves for all. */
const keepCalls = 15_000;
const keepLoad = 30_000;
const keepBooked = 60_000;

const quarter = 900_000;
/** What began longer ago is not counted. */
const longest = 8 * 3_600_000;

interface Kept<T> {
  readonly until: number;
  readonly value: Promise<T>;
}

export class ClusterLooks {
  readonly #callBridges: CallBridges;
  readonly #meetings: MeetingStore;
  readonly #kept = new Map<string, Kept<unknown>>();

  constructor(callBridges: CallBridges, meetings: MeetingStore) {
    this.#callBridges = callBridges;
    this.#meetings = meetings;
  }

  /** The spaces with a call on any call bridge that answers. */
  async busySpaces(cluster: string): Promise<ReadonlySet<string>> {
    return await this.#keep(`calls ${cluster}`, keepCalls, async () => {
      const lists = await Promise.all(
        this.#living(cluster).map((client) => listCalls(client, {}, behindAll).catch(ignoreFault)),
      );
      return new Set(lists.flatMap((calls) => calls ?? []).flatMap(({ coSpace }) => coSpace ?? []));
    });
  }

  /** Why the cluster has no room for what starts then, or undefined where it has or does not say. */
  async lackOfRoom(cluster: string, start: number): Promise<string | undefined> {
    const loads = await this.#keep(`load ${cluster}`, keepLoad, () =>
      Promise.all(this.#living(cluster).map((client) => this.#loadOf(client))),
    );
    const isLimited = loads.length > 0 && loads.every(({ legLimit }) => (legLimit ?? 0) > 0);
    if (!isLimited) return lackOfRoom(loads, { expected: 0, starting: 0 });
    const begin = Math.floor(start / quarter) * quarter;
    const booked = await this.#keep(`booked ${cluster} ${begin}`, keepBooked, () =>
      this.#bookedIn(cluster, begin),
    );
    return lackOfRoom(loads, booked);
  }

  #living(cluster: string): CmsClient[] {
    const now = Date.now();
    return this.#callBridges.able(cluster).filter(({ address }) => !this.#callBridges.drained(address, now));
  }

  async #loadOf(client: CmsClient): Promise<Load> {
    const { address } = client;
    const [load, limits] = await Promise.all([
      readLoad(client, behindAll).catch(ignoreFault),
      readLimits(client, behindAll).catch(ignoreFault),
    ]);
    return {
      ...{ address, load, loadLimit: limits?.load, newConferenceLimit: limits?.newConference },
      legs: this.#callBridges.health(address)?.callLegsActive,
      legLimit: limits?.participants,
    };
  }

  /** Rooms of all that is held there in that quarter of an hour, and how many meetings start in it. */
  async #bookedIn(cluster: string, begin: number): Promise<{ expected: number; starting: number }> {
    const cursors = await this.#meetings.byStart(
      begin - longest,
      begin + quarter,
      undefined,
      Number.MAX_SAFE_INTEGER,
    );
    let expected = 0;
    let starting = 0;
    for (let at = 0; at < cursors.length; at += 500) {
      const keys = cursors.slice(at, at + 500).map(({ key }) => key);
      for (const { booked, placement } of await this.#meetings.loadMany(keys)) {
        if (booked === undefined || placement?.cluster !== cluster || booked.end <= begin) continue;
        expected += booked.rooms.length;
        if (booked.start >= begin) starting += 1;
      }
    }
    return { expected, starting };
  }

  async #keep<T>(name: string, forMs: number, ask: () => Promise<T>): Promise<T> {
    const now = Date.now();
    const kept = this.#kept.get(name) as Kept<T> | undefined;
    if (kept !== undefined && now < kept.until) return await kept.value;
    for (const [old, { until }] of this.#kept) if (until <= now) this.#kept.delete(old);
    const value = ask();
    this.#kept.set(name, { until: now + forMs, value });
    value.catch(() => this.#kept.delete(name));
    return await value;
  }
}

/** Whether the meeting could start at the cluster, as far as is known without asking. */
export function takesStart(callBridges: CallBridges, cluster: string, openAt: number): boolean {
  const now = Date.now();
  return callBridges
    .able(cluster)
    .some(({ address }) => !callBridges.drained(address, Math.max(now, openAt)));
}
