/** Tells subscribers of changes: at least once, in batches, repeated until the answer is 2xx; never in a promised order. */
import type { Agent } from 'node:https';
import type { Agenda } from './agenda.ts';
import { type Item, wireId } from './item.ts';
import type { ChangeNotification, Knobs } from './knobs.ts';
import type { Mailbox } from './mailbox.ts';
import { post } from './post.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';
import { etagOf, instantText } from './wire.ts';

export type ChangeType = 'created' | 'updated' | 'deleted';
export type LifecycleEvent = 'missed' | 'subscriptionRemoved' | 'reauthorizationRequired';

export type LifecycleNotification = Pick<
  ChangeNotification,
  'subscriptionId' | 'subscriptionExpirationDateTime' | 'tenantId' | 'clientState'
> & { readonly lifecycleEvent: LifecycleEvent };

/** One POST to a subscriber and its answer. */
export interface NotificationPost {
  readonly at: number;
  readonly url: string;
  readonly value: readonly (ChangeNotification | LifecycleNotification)[];
  /** 1 for the first try. */
  readonly attempt: number;
  /** Undefined: no answer, for the reason in `error`. */
  readonly status: number | undefined;
  readonly error: string | undefined;
  /** Ms until the answer. */
  readonly took: number;
}

const BATCH = 50;

export class Notifier {
  readonly log: NotificationPost[] = [];
  readonly #tenantId: string;
  readonly #knobs: Knobs;
  readonly #agenda: Agenda;
  readonly #agent: Agent;
  readonly #subscriptions: Subscriptions;
  readonly #pending = new Map<string, ChangeNotification[]>();

  constructor(tenantId: string, knobs: Knobs, agenda: Agenda, agent: Agent, subscriptions: Subscriptions) {
    this.#tenantId = tenantId;
    this.#knobs = knobs;
    this.#agenda = agenda;
    this.#agent = agent;
    this.#subscriptions = subscriptions;
  }

  /** One change of an item, told to whoever subscribed to its kind. */
  tell(mailbox: Mailbox, item: Item, ...changes: ChangeType[]): void {
    this.#agenda.changed();
    for (const subscription of this.#subscriptions.of(mailbox)) {
      for (const change of changes) {
        if (subscription.changeType.toLowerCase().includes(change)) this.#enqueue(subscription, item, change);
      }
    }
  }

  /** To the lifecycle URL of every subscription of the mailbox; how many those were. */
  lifecycle(mailbox: Mailbox, lifecycleEvent: LifecycleEvent): number {
    const told = this.#subscriptions.of(mailbox).filter((one) => one.lifecycleNotificationUrl !== null);
    for (const subscription of told) {
      const value = [{ ...this.#head(subscription), lifecycleEvent }];
      this.#deliver(subscription.lifecycleNotificationUrl ?? '', value, 1);
    }
    return told.length;
  }

  #enqueue(subscription: Subscription, item: Item, changeType: ChangeType): void {
    const id = wireId(item.id, subscription.immutableIds);
    const resource = `Users/${subscription.mailbox.guid}/Events/${id}`;
    const notification: ChangeNotification = {
      ...this.#head(subscription),
      changeType,
      resource,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.Event',
        '@odata.id': resource,
        '@odata.etag': etagOf(item),
        id,
      },
    };
    const { dropNotifications: drop, duplicateNotifications } = this.#knobs;
    if (drop === true || (typeof drop === 'function' && drop(notification))) return;
    const copies = duplicateNotifications ? [notification, notification] : [notification];
    const waiting = this.#pending.get(subscription.notificationUrl);
    if (waiting) {
      waiting.push(...copies);
      return;
    }
    this.#pending.set(subscription.notificationUrl, copies);
    this.#agenda.after(this.#knobs.notificationDelay, () => this.#flush(subscription.notificationUrl));
  }

  #flush(url: string): void {
    const value = this.#pending.get(url) ?? [];
    this.#pending.delete(url);
    for (let at = 0; at < value.length; at += BATCH) this.#deliver(url, value.slice(at, at + BATCH), 1);
  }

  #deliver(url: string, value: NotificationPost['value'], attempt: number): void {
    const { notificationTimeouts, notificationRetry, notificationRetryMax, notificationTries } = this.#knobs;
    const at = Date.now();
    const settle = (status: number | undefined, error: string | undefined) => {
      if (this.#agenda.signal.aborted) return;
      this.log.push({ at, url, value, attempt, status, error, took: Date.now() - at });
      if ((status !== undefined && status >= 200 && status < 300) || attempt >= notificationTries) return;
      const wait = Math.min(notificationRetry * 2 ** (attempt - 1), notificationRetryMax);
      this.#agenda.after(wait, () => this.#deliver(url, value, attempt + 1));
    };
    const sent = post(url, {
      agent: this.#agent,
      timeout: notificationTimeouts[attempt === 1 ? 0 : 1],
      signal: this.#agenda.signal,
      contentType: 'application/json; charset=utf-8',
      body: JSON.stringify({ value }),
    });
    const settled = sent.then(
      (answer) => settle(answer.status, undefined),
      (error: Error) => settle(undefined, error.message),
    );
    void this.#agenda.during(settled);
  }

  #head(subscription: Subscription) {
    return {
      subscriptionId: subscription.id,
      subscriptionExpirationDateTime: instantText(subscription.expires),
      tenantId: this.#tenantId,
      clientState: subscription.clientState,
    };
  }
}
