/** A room's subscription: created, adopted, renewed at half its life, created again when it is gone. */
import type { GraphClient } from '../src/graph/client.ts';
import { GraphFault } from '../src/graph/fault.ts';
import {
  createSubscription,
  deleteSubscription,
  listSubscriptions,
  renewSubscription,
  type Subscription,
} from '../src/graph/subscriptions.ts';
import type { RoomStatus, RoomStore, RoomSubscription } from '../src/redis/rooms.ts';

export interface SubscribingDeps {
  readonly graph: GraphClient;
  readonly rooms: RoomStore;
  /** Where Graph sends notifications, without a path. */
  readonly notificationUrl: string;
  readonly subscriptions: SubscriptionList;
  clientStateOf(mailbox: string): string;
}

/** How old a list may be that is looked into, in milliseconds: many rooms ask within minutes of one another, then none. */
const listLife = 5 * 60_000;

/**
 * The subscriptions of this app, which Graph tells twenty at a time: listed once for all rooms that ask after the loss of
 * Redis, for else each of them would have the whole list. What it does not have is looked for in a new one.
 */
export class SubscriptionList {
  readonly #graph: GraphClient;
  #listed: { readonly at: number; readonly all: Promise<Subscription[]> } | undefined;
  readonly #gone = new Set<string>();

  constructor(graph: GraphClient) {
    this.#graph = graph;
  }

  /** Those of a room, and the one that Graph says exists. @param now epoch ms */
  async ofRoom(mailbox: string, existing: string | undefined, now: number): Promise<Subscription[]> {
    const isTheirs = (one: Subscription) => one.mailbox?.toLowerCase() === mailbox || one.id === existing;
    const listed = this.#listed;
    if (listed !== undefined && now - listed.at < listLife) {
      const found = (await listed.all).filter((one) => isTheirs(one) && !this.#gone.has(one.id));
      if (found.length > 0) return found;
    }
    // Somebody else may have listed anew meanwhile.
    if (this.#listed === listed) this.#list(now);
    return ((await this.#listed?.all) ?? []).filter(isTheirs);
  }

  /** It was deleted, or has expired. */
  forget(id: string): void {
    this.#gone.add(id);
  }

  #list(at: number): void {
    const all = listSubscriptions(this.#graph);
    const listed = { at, all };
    this.#listed = listed;
    this.#gone.clear();
    all.catch(() => {
      if (this.#listed === listed) this.#listed = undefined;
    });
  }
}

/** Graph grants an event subscription less than seven days; it raises what is below 45 minutes. */
const life = 10_000 * 60_000;

/**
 * Sees to it that the room has a living subscription.
 * @returns true when it was created now: what changed before it is found by a delta round only
 */
export async function ensureSubscription(
  deps: SubscribingDeps,
  mailbox: string,
  status: RoomStatus,
  now: number,
): Promise<boolean> {
  const known = await deps.rooms.subscriptionOf(mailbox);
  const current = known?.clientState === deps.clientStateOf(mailbox);
  if (known !== undefined && current && status.subscriptionRemoved === undefined && known.expires > now) {
    if (known.renewAt > now && status.reauthorizationRequired === undefined) return false;
    try {
      const renewed = await renewSubscription(deps.graph, known.id, now + life);
      await deps.rooms.putSubscription({ ...known, ...timesOf(renewed, now) });
      await deps.rooms.putStatus(mailbox, { reauthorizationRequired: undefined });
      return false;
    } catch (error) {
      if (!(error instanceof GraphFault) || error.kind !== 'absent') throw error;
    }
  }
  if (known !== undefined) await deps.rooms.dropSubscription(mailbox, known.id);
  const subscription = await adoptOrCreate(deps, mailbox, now);
  await deps.rooms.putSubscription(subscription);
  await deps.rooms.putStatus(mailbox, { subscriptionRemoved: undefined, reauthorizationRequired: undefined });
  return true;
}

/** One that an earlier life of ours has made is as good as a new one: its clientState says that it is ours. */
async function adoptOrCreate(deps: SubscribingDeps, mailbox: string, now: number): Promise<RoomSubscription> {
  const wish = {
    mailbox,
    notificationUrl: `${deps.notificationUrl}/graph/notifications`,
    lifecycleUrl: `${deps.notificationUrl}/graph/lifecycle`,
    clientState: deps.clientStateOf(mailbox),
    expires: now + life,
  };
  try {
    return ours(mailbox, wish.clientState, await createSubscription(deps.graph, wish), now);
  } catch (error) {
    if (!(error instanceof GraphFault) || error.code !== 'duplicate') throw error;
    const { subscriptions } = deps;
    const same = await subscriptions.ofRoom(mailbox, error.existing, now);
    const own = same.find(
      (subscription) =>
        subscription.clientState === wish.clientState &&
        subscription.notificationUrl === wish.notificationUrl &&
        subscription.lifecycleNotificationUrl === wish.lifecycleUrl,
    );
    for (const { id } of same.filter((other) => other !== own)) {
      await deleteSubscription(deps.graph, id);
      subscriptions.forget(id);
    }
    if (own !== undefined) {
      try {
        return ours(
          mailbox,
          wish.clientState,
          await renewSubscription(deps.graph, own.id, wish.expires),
          now,
        );
      } catch (gone) {
        if (!(gone instanceof GraphFault) || gone.kind !== 'absent') throw gone;
        subscriptions.forget(own.id);
      }
    }
    return ours(mailbox, wish.clientState, await createSubscription(deps.graph, wish), now);
  }
}

function ours(
  mailbox: string,
  clientState: string,
  subscription: Subscription,
  now: number,
): RoomSubscription {
  return { id: subscription.id, mailbox, clientState, since: now, ...timesOf(subscription, now) };
}

/** Half of the life that Graph has granted, give or take a tenth, so that rooms do not renew all at once. */
function timesOf({ expires }: Subscription, now: number) {
  return { expires, renewedAt: now, renewAt: now + (expires - now) * (0.45 + Math.random() * 0.1) };
}

/** A request to Graph is waited for at most so long: what is unknown for longer is not just being made or adopted. */
const patience = 30_000;

/**
 * Deletes subscriptions of this app that nobody has known for a while; how soon one look follows another does not count.
 * @returns those that are left, and since when they are unknown (epoch ms)
 */
export async function deleteStrangers(
  { graph, rooms }: Pick<SubscribingDeps, 'graph' | 'rooms'>,
  unknownBefore: ReadonlyMap<string, number>,
  now: number,
): Promise<Map<string, number>> {
  const listed = await listSubscriptions(graph);
  const known = new Set((await rooms.subscriptions()).map(({ id }) => id));
  const unknown = listed.filter(({ id }) => !known.has(id));
  const left = new Map<string, number>();
  for (const { id } of unknown) {
    const since = unknownBefore.get(id) ?? now;
    if (now - since < patience) left.set(id, since);
    else await deleteSubscription(graph, id);
  }
  return left;
}
