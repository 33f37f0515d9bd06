/** Subscriptions to the changes of one mailbox's events: made, listed, renewed and deleted. */
import { type GraphClient, segment } from './client.ts';
import { objectOf, text } from './event.ts';
import { GraphFault } from './fault.ts';
import { Trail } from './trail.ts';
import { instantOf } from './zone.ts';

export interface Subscription {
  readonly id: string;
  readonly resource: string;
  /** Lower case; undefined where the resource is not the events of one mailbox. */
  readonly mailbox?: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl?: string;
  readonly clientState?: string;
  /** Epoch milliseconds, as Graph granted it. */
  readonly expires: number;
}

export interface SubscriptionWish {
  readonly mailbox: string;
  readonly notificationUrl: string;
  readonly lifecycleUrl: string;
  /** At most 128 characters. */
  readonly clientState: string;
  /** Epoch milliseconds; Graph grants less than seven days. */
  readonly expires: number;
}

/** Graph tries both our URLs, ten seconds each, before it answers. */
const WITH_HANDSHAKE = 30_000;

/**
 * @throws GraphFault; `refused` with code `duplicate` when this app has one already (its id in `existing` if Graph
 * names it); `sent` where it may exist all the same: list before repeating
 */
export async function createSubscription(graph: GraphClient, wish: SubscriptionWish): Promise<Subscription> {
  try {
    const { body } = await graph.send({
      method: 'POST',
      path: '/subscriptions',
      deadline: WITH_HANDSHAKE,
      // Only what is asked for here decides the ids of all its notifications.
      prefer: ['IdType="ImmutableId"'],
      body: {
        changeType: 'created,updated,deleted',
        resource: `/users/${wish.mailbox}/events`,
        notificationUrl: wish.notificationUrl,
        lifecycleNotificationUrl: wish.lifecycleUrl,
        clientState: wish.clientState,
        expirationDateTime: new Date(wish.expires).toISOString(),
        latestSupportedTlsVersion: 'v1_2',
      },
    });
    return mustBeSubscription(body);
  } catch (error) {
    throw error instanceof GraphFault && error.status === 409 ? duplicate(error, wish.mailbox) : error;
  }
}

/** All subscriptions of this app in the tenant; what cannot be read is left out. */
export async function listSubscriptions(graph: GraphClient): Promise<Subscription[]> {
  const found: Subscription[] = [];
  const trail = new Trail();
  for (let path: string | undefined = '/subscriptions'; path !== undefined && trail.isNew(path); ) {
    const page = objectOf((await graph.send({ method: 'GET', path })).body);
    if (!Array.isArray(page.value)) throw new GraphFault('garbled', 'the list of subscriptions has no items');
    for (const one of page.value.map(subscriptionOf)) if (one !== undefined) found.push(one);
    path = text(page['@odata.nextLink']);
  }
  return found;
}

/** @throws GraphFault; `absent` when it has expired or was removed */
export async function renewSubscription(
  graph: GraphClient,
  id: string,
  expires: number,
): Promise<Subscription> {
  const body = { expirationDateTime: new Date(expires).toISOString() };
  const path = `/subscriptions/${segment(id)}`;
  const answer = await graph.send({ method: 'PATCH', path, deadline: WITH_HANDSHAKE, body });
  return mustBeSubscription(answer.body);
}

/** Gone already is as good. */
export async function deleteSubscription(graph: GraphClient, id: string): Promise<void> {
  try {
    await graph.send({ method: 'DELETE', path: `/subscriptions/${segment(id)}` });
  } catch (error) {
    if (!(error instanceof GraphFault && error.kind === 'absent')) throw error;
  }
}

function duplicate(fault: GraphFault, mailbox: string): GraphFault {
  const existing = /\bSubscription Id ([0-9a-f-]{36})\b/i.exec(fault.message)?.[1];
  return new GraphFault('refused', `there is a subscription to ${mailbox} already`, {
    status: fault.status,
    code: 'duplicate',
    requestId: fault.requestId,
    existing,
    cause: fault,
  });
}

function mustBeSubscription(body: unknown): Subscription {
  const subscription = subscriptionOf(body);
  if (subscription !== undefined) return subscription;
  throw new GraphFault('garbled', 'a subscription without an id, a resource or an end', { sent: true });
}

function subscriptionOf(value: unknown): Subscription | undefined {
  const wire = objectOf(value);
  const id = text(wire.id);
  const resource = text(wire.resource);
  const expires = instantOf(wire.expirationDateTime, 'UTC');
  if (id === undefined || resource === undefined || expires === undefined) return undefined;
  const mailbox = mailboxOf(resource);
  const lifecycleNotificationUrl = text(wire.lifecycleNotificationUrl);
  const clientState = text(wire.clientState);
  return {
    id,
    resource,
    ...(mailbox === undefined ? {} : { mailbox }),
    notificationUrl: text(wire.notificationUrl) ?? '',
    ...(lifecycleNotificationUrl === undefined ? {} : { lifecycleNotificationUrl }),
    ...(clientState === undefined ? {} : { clientState }),
    expires,
  };
}

/** Both of Graph's forms: `/users/room@example.com/events` and `Users('room@example.com')/Events`. */
function mailboxOf(resource: string): string | undefined {
  const parts = /^\/?users(?:\/([^/]+)|\('(.+)'\))\/events$/i.exec(resource);
  return (parts?.[1] ?? parts?.[2])?.toLowerCase();
}
