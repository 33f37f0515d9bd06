/** What the receiver does with true notifications: rooms are rung to be read, but not for changes that we made ourselves. */
import type { DoorOutcome } from './http/public/door-outcome.ts';
import type { Ring } from './http/public/judge.ts';
import type { RoomStore } from './redis/rooms.ts';
import { asWork, type Tracing, workInHand } from './work.ts';

export interface ReceivingDeps {
  readonly rooms: RoomStore;
  ring(rings: readonly { readonly key: string; readonly at: number }[]): Promise<void>;
  count(outcome: DoorOutcome, times: number): void;
  /** Epoch ms. */
  now(): number;
  readonly tracing?: Tracing | undefined;
}

/** Rings within these share one job. */
const step = 200;
/** Notifications of one action come three or four at once. */
const together = step / 2;
/** A room takes a new invitation in first and accepts it seconds or a moment later: with luck one round sees both. */
const settling = 600;

/** Resolves once all of it is in Redis. */
export function createReceiving({ rooms, ring, count, now, tracing }: ReceivingDeps) {
  const store = async (heard: readonly Ring[]): Promise<void> => {
    const at = now();
    const { id: rungBy, trace } = workInHand() ?? {};
    const rings: { key: string; at: number }[] = [];
    for (const { mailbox, lifecycle, changes = [] } of heard) {
      const ids = changes.map(({ eventId }) => eventId);
      const echoes = await rooms.takeEchoes(mailbox, ids, at);
      if (echoes.size > 0) count('own-echo', echoes.size);
      const left = changes.filter((_, index) => !echoes.has(index));
      const isRung = lifecycle !== undefined || changes.length === 0 || left.length > 0;
      await rooms.putStatus(mailbox, {
        lastNotification: at,
        ...(isRung ? { rungAt: at, rungBy, rungTrace: trace?.mark() } : {}),
        ...(lifecycle === undefined ? {} : { [lifecycle]: at }),
      });
      const isNew = left.length > 0 && left.every(({ changeType }) => changeType === 'created');
      const wait = isNew ? settling : together;
      if (isRung) rings.push({ key: mailbox, at: Math.ceil((at + wait) / step) * step });
    }
    if (rings.length > 0) await ring(rings);
  };
  return (heard: readonly Ring[]): Promise<void> =>
    asWork({ of: 'notification', key: heard[0]?.mailbox ?? '' }, () => store(heard), tracing);
}
