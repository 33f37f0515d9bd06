/** Tells true notifications from others: a subscription of ours, with the secret that only Graph and we know. */
import type { ChangeType, LifecycleEvent, Notification } from '../notification-body.ts';

/** A room whose calendar is to be looked at; with `lifecycle`, one whose subscription needs care. */
export interface Ring {
  readonly mailbox: string;
  readonly lifecycle?: LifecycleEvent;
  /** What was notified, one by one. */
  readonly changes?: readonly NotifiedChange[];
}

export interface NotifiedChange {
  readonly eventId?: string;
  readonly changeType?: ChangeType;
}

interface Subscription {
  readonly mailbox: string;
  readonly clientState: string;
}

export interface JudgePorts {
  /** The known subscription, or undefined; may reject when Redis is down, or take long. */
  knownSubscription(id: string): Promise<Subscription | undefined>;
  /** In constant time; anything but a string differs. */
  sameClientState(given: unknown, known: string): boolean;
}

export interface Judgement {
  /** Once for each mailbox and kind. */
  readonly rings: readonly Ring[];
  readonly trueOnes: number;
  readonly unknownSubscriptions: number;
  readonly wrongClientStates: number;
  /** Of true ones. */
  readonly unknownLifecycleEvents: number;
}

/** Lookups at once; a post may name as many subscriptions as fit in its size, and anyone may post. */
const atOnce = 32;

/** Rejects as the lookups do; takes no further lookup once the signal is aborted. */
export async function judge(
  notifications: readonly Notification[],
  ports: JudgePorts,
  signal: AbortSignal,
): Promise<Judgement> {
  const known = await lookUp(notifications, ports, signal);
  const rings = new Map<string, Ring & { changes?: NotifiedChange[] }>();
  let unknownSubscriptions = 0;
  let wrongClientStates = 0;
  let unknownLifecycleEvents = 0;
  for (const notification of notifications) {
    const { subscriptionId, clientState, lifecycle } = notification;
    const subscription = known.get(subscriptionId ?? '');
    if (subscription === undefined) unknownSubscriptions += 1;
    else if (!ports.sameClientState(clientState, subscription.clientState)) wrongClientStates += 1;
    else if (lifecycle === 'unknown') unknownLifecycleEvents += 1;
    else {
      const { mailbox } = subscription;
      const ring = rings.get(`${lifecycle} ${mailbox}`) ?? {
        mailbox,
        ...(lifecycle === undefined ? { changes: [] } : { lifecycle }),
      };
      ring.changes?.push(changeOf(notification));
      rings.set(`${lifecycle} ${mailbox}`, ring);
    }
  }
  const trueOnes = notifications.length - unknownSubscriptions - wrongClientStates;
  return {
    rings: [...rings.values()],
    trueOnes,
    unknownSubscriptions,
    wrongClientStates,
    unknownLifecycleEvents,
  };
}

function changeOf({ eventId, changeType }: Notification): NotifiedChange {
  return {
    ...(eventId === undefined ? {} : { eventId }),
    ...(changeType === undefined ? {} : { changeType }),
  };
}

async function lookUp(
  notifications: readonly Notification[],
  ports: JudgePorts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Subscription>> {
  const ids = [...new Set(notifications.flatMap(({ subscriptionId }) => subscriptionId || []))];
  const found = new Map<string, Subscription>();
  for (let first = 0; first < ids.length && !signal.aborted; first += atOnce) {
    await Promise.all(
      ids.slice(first, first + atOnce).map(async (id) => {
        const subscription = await ports.knownSubscription(id);
        if (subscription !== undefined) found.set(id, subscription);
      }),
    );
  }
  return found;
}
