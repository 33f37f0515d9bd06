/**
 * While somebody watches a conference, looks closely at who is in it: how well each is heard and seen. At least once; it
 * only looks. When the watching ends, or the process dies, it is nobody's any more until somebody watches again.
 */
import { ignoreFault } from '../src/cms/fault.ts';
import { readLegDetail } from '../src/cms/leg-media.ts';
import type { News } from '../src/conference/attendance/news.ts';
import type { AttendanceStore } from '../src/redis/attendance.ts';
import type { CallBridges } from './call-bridges.ts';

export interface WatchingDeps {
  readonly attendance: AttendanceStore;
  readonly callBridges: CallBridges;
  fold(address: string): Promise<void>;
}

/** Milliseconds between two rounds. */
const lookEvery = 3_000;
/** Legs that are looked at in one round, of each call; who was looked at longest ago first. */
const legsAtMost = 20;
const quiet = { priority: 'sweep' } as const;

/** @returns when to look again; never once nobody watches */
export async function watchClosely(deps: WatchingDeps, key: string): Promise<number | undefined> {
  const { attendance } = deps;
  if (!(await attendance.isWatched(key))) return undefined;
  const begun = Date.now();
  for (const { address, call, known, attendees } of await attendance.ofMeeting(key)) {
    const client = deps.callBridges.clusterOf(address)?.clients.find((one) => one.address === address);
    if (client === undefined || known.overAt !== undefined) continue;
    if (deps.callBridges.health(address)?.state === 'down') continue;
    const there = attendees
      .filter(
        ({ leftAt, connectedAt, isLocal, legs }) =>
          leftAt === undefined && connectedAt && (isLocal || legs.length > 0),
      )
      .toSorted((a, b) => (a.quality?.at ?? 0) - (b.quality?.at ?? 0))
      .slice(0, legsAtMost);
    const news = await Promise.all(
      there.map(async ({ id }): Promise<News[]> => {
        // A participant's id is that of their first leg.
        const detail = await readLegDetail(client, id, quiet).catch(ignoreFault);
        if (detail === undefined) return [];
        const at = Date.now();
        const { isAudioMuted, isVideoMuted, layout, quality } = detail;
        const traits = { isAudioMuted, isVideoMuted, quality: { at, ...quality } };
        const seen = layout === undefined ? traits : { ...traits, layout };
        return [{ kind: 'participant', call, participant: id, traits: seen, at, heard: at }];
      }),
    );
    if (news.flat().length === 0) continue;
    await attendance.push(address, [{ heard: Date.now(), news: news.flat() }]);
    await deps.fold(address);
  }
  return begun + lookEvery;
}
