/** Any number of product processes in a simulated world, brought to the second at which all conferences are due. */
import { Redis } from 'ioredis';
import { type CallBridgeAccess, type Product, World } from '../world/world.ts';
import type { BridgeOrder, Seen } from './bridge-process.ts';
import type { Closer } from './clean-up.ts';
import { pause, say } from './figures.ts';
import { OtherProcess } from './other-process.ts';
import { book, bookings, organizers, planned, TooLate } from './ours.ts';
import { cpuSeconds, peakMemory } from './usage.ts';

/** Milliseconds before the second at which the product begins to look ahead. */
export const lead = 10_000;

export type Bridge = OtherProcess<BridgeOrder>;

export interface Wanted {
  readonly meetings: number;
  /** Milliseconds that the call bridge takes for every call. */
  readonly latency: number;
  /** Whether rooms have an address to be called at. */
  readonly dialled: boolean;
  /** The first of them also listens, unless a process of its own does. */
  readonly workers: number;
  readonly receiverApart?: boolean;
  /** Seconds from the booking to the start. */
  readonly prepare: number;
  readonly redisUrl: string;
  readonly nodeArguments?: readonly string[];
}

export interface DueSecond {
  readonly bridge: Bridge;
  readonly access: CallBridgeAccess;
  readonly ca: string;
  readonly workers: readonly Product[];
  /** Epoch ms. */
  readonly due: number;
  /** What all workers have used since this was made, of one processor. */
  usage(): { readonly cpu: number; readonly memory: number };
  /** Ends products and world; the bridge stays. */
  leave(): Promise<void>;
}

/** Seconds that planning takes on a machine that does nothing else, and half as much again. */
export function timeToPlan(meetings: number): number {
  return Math.ceil(20 + meetings / 60);
}

/** Resolves when everything is planned, some seconds before the second: with more time where a machine needs it. */
export async function bringToSecond(wanted: Wanted, onEnd: (closer: Closer) => void): Promise<DueSecond> {
  for (let { prepare } = wanted; ; prepare *= 2) {
    const closers: Closer[] = [];
    const close = async () => {
      for (const closer of closers.splice(0).reverse()) await closer();
    };
    onEnd(close);
    try {
      return await bringOnce({ ...wanted, prepare }, (closer) => closers.push(closer));
    } catch (error) {
      if (!(error instanceof TooLate) || prepare > 600) throw error;
      say(`  ${error.message}: once more, with more time`);
      const redis = new Redis(wanted.redisUrl);
      await close();
      await redis.flushall();
      redis.disconnect();
    }
  }
}

async function bringOnce(wanted: Wanted, onEnd: (closer: Closer) => void): Promise<DueSecond> {
  const { meetings, latency, dialled, redisUrl } = wanted;
  const bridge: Bridge = new OtherProcess(new URL('./bridge-process.js', import.meta.url));
  onEnd(() => bridge.end());
  const rooms = bookings(meetings, dialled);
  let access: CallBridgeAccess = { url: '', username: '', password: '' };
  let ca = '';
  const world = await World.create({
    rooms: rooms.map(({ room, sip }) => ({ mailbox: room, ...(sip === undefined ? {} : { sip }) })),
    quantity: meetings,
    conference: { lead: `${lead / 1_000}s` },
    redisUrl,
    log: { level: 'info', format: 'json' },
    graph: { people: organizers },
    callBridgesElsewhere: async (tls) => {
      ({ ca } = tls);
      const all = await bridge.tell<CallBridgeAccess[]>({ do: 'start', tls, latency });
      access = all[0] ?? access;
      return all;
    },
    ...(wanted.nodeArguments === undefined ? {} : { nodeArguments: wanted.nodeArguments }),
  });
  let left: Promise<void> | undefined;
  const leave = () => (left ??= world.destroy());
  onEnd(leave);
  const due = Math.ceil(Date.now() / 1_000 + wanted.prepare) * 1_000;
  book(world, rooms, due);
  await world.graph.settled();
  const receiver = wanted.receiverApart ? await world.start('receiver', 'receiver') : undefined;
  const workers = await Promise.all(
    Array.from({ length: wanted.workers }, (_, n) => {
      const role = n === 0 && receiver === undefined ? 'all' : 'worker';
      return world.start(role, `worker-${n}`);
    }),
  );
  const [first] = workers;
  if (first === undefined) throw new Error('at least one worker is needed');
  await planned(world, receiver ?? first, meetings, due);
  const cpu = () => workers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const before = cpu();
  return {
    ...{ bridge, access, ca, workers, due, leave },
    usage: () => ({
      cpu: cpu() - before,
      memory: workers.reduce((sum, { pid }) => sum + peakMemory(pid), 0),
    }),
  };
}

export const dials = /\/callLegs$/i;
export const calls = /\/calls$/i;

/**
 * Waits until so many requests of the last kind have come, or none has for so many milliseconds.
 * @returns what the bridge was asked since the product began to look ahead
 */
export async function whenStarted(
  bridge: Bridge,
  { due, last, count, patience }: { due: number; last: RegExp; count: number; patience: number },
): Promise<Seen[]> {
  await pause(due - Date.now() + 500);
  let before = -1;
  let changed = Date.now();
  for (;;) {
    const seen = await bridge.tell<Seen[]>({ do: 'log', since: due - lead });
    const made = lateness({ seen, due }, 'POST', last).length;
    if (made >= count) return seen;
    if (made !== before) changed = Date.now();
    else if (Date.now() - changed >= patience) return seen;
    before = made;
    await pause(500);
  }
}

/** Milliseconds from the second to each of these requests. */
export function lateness(
  { seen, due }: { readonly seen: readonly Seen[]; readonly due: number },
  method: string,
  path: RegExp,
): number[] {
  const those = seen.filter((one) => one.method === method && one.status === 200 && path.test(one.path));
  return those.map(({ at }) => Math.max(0, at - due));
}
