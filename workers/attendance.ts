/**
 * Keeps the picture of who is in the conferences of each call bridge. At least once; safe because three keys of a call
 * bridge each do one thing that may be done twice: what it has told is folded in (`folding.ts`), it is listened to
 * (`listening.ts`), and it is asked where that is not enough (`looking.ts`); a meeting's key, while somebody watches it, looks
 * closely (`watching.ts`). Killed at any line, the key stays due and another process takes it up within seconds.
 */
import type { Dispatcher } from 'undici';
import { watchPrefix } from '../src/queues.ts';
import type { Ring } from '../src/redis/agenda.ts';
import type { Cluster } from './call-bridges.ts';
import { type FoldingDeps, foldBacklog } from './folding.ts';
import { type ListeningDeps, listen } from './listening.ts';
import { type LookingDeps, lookAt, Rounds } from './looking.ts';
import type { Work } from './processor.ts';
import { watchClosely } from './watching.ts';

export interface AttendanceDeps extends FoldingDeps, ListeningDeps, LookingDeps {
  /** Connections for events, by the name of the cluster. */
  readonly eventConnections: ReadonlyMap<string, Dispatcher>;
  readonly rounds: Rounds;
  ring(rings: readonly Ring[]): Promise<void>;
}

const prefixes = { look: 'look ', listen: 'listen ', watch: watchPrefix } as const;
/** Rings within these share one job; milliseconds. */
const step = 100;

export function attendanceOf(deps: Omit<AttendanceDeps, 'fold' | 'doubt' | 'rounds'>): AttendanceDeps {
  const ringSoon = (key: string) => deps.ring([{ key, at: Math.ceil(Date.now() / step) * step }]);
  return {
    ...{ ...deps, rounds: new Rounds(), fold: ringSoon },
    doubt: async (address) => {
      await deps.attendance.putSource(address, { doubtedAt: Date.now() });
      await ringSoon(prefixes.look + address);
    },
  };
}

/** Rings for every call bridge; what is due already stays so. From now on those that come back are asked at once. */
export async function startAttendance({
  callBridges,
  attendance,
  ring,
  doubt,
  log,
}: AttendanceDeps): Promise<void> {
  callBridges.onReturned((address, how) => {
    // Asked when it was restarted; whoever has come since is there.
    if (how === 'settled') return;
    attendance
      .putSource(address, { restartedAt: Date.now() })
      .then(() => doubt(address))
      .catch((error: unknown) => log.warn({ err: error }, 'a call bridge is not asked who is in its calls'));
  });
  const all = callBridges.clusters.flatMap(({ clients }) => clients);
  const keys = all.flatMap(({ address }) => [address, prefixes.look + address, prefixes.listen + address]);
  await ring(keys.map((key) => ({ key, at: Date.now() })));
}

export async function bringAttendance(deps: AttendanceDeps, work: Work): Promise<number | undefined> {
  const [what, address] = splitKey(work.key);
  if (what === 'watch') return await watchClosely(deps, address);
  const cluster = deps.callBridges.clusterOf(address);
  const client = cluster?.clients.find((one) => one.address === address);
  // Taken out of the configuration.
  if (cluster === undefined || client === undefined) return undefined;
  switch (what) {
    case 'fold':
      return await foldBacklog(deps, work, cluster, address);
    case 'look':
      return await lookAt(deps, cluster, client);
    case 'listen':
      return await listenTo(deps, work, cluster, address);
    default:
      return what satisfies never;
  }
}

async function listenTo(
  deps: AttendanceDeps,
  work: Work,
  { config }: Cluster,
  address: string,
): Promise<number | undefined> {
  const callBridge = config.callBridges.find((one) => one.address === address);
  const dispatcher = deps.eventConnections.get(config.name);
  if (callBridge === undefined || dispatcher === undefined) return undefined;
  return await listen(deps, work, callBridge, dispatcher);
}

function splitKey(key: string): ['fold' | 'look' | 'listen' | 'watch', string] {
  if (key.startsWith(prefixes.watch)) return ['watch', key.slice(prefixes.watch.length)];
  if (key.startsWith(prefixes.look)) return ['look', key.slice(prefixes.look.length)];
  if (key.startsWith(prefixes.listen)) return ['listen', key.slice(prefixes.listen.length)];
  return ['fold', key];
}
