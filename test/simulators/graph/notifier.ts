/** Tells subscribers of changes: at least once, in batches, repeated until the answer is 2xx; never in a promised order. */
import type { Agent } from 'node:https';
import type { Agenda } from './agenda.ts';
import { EndpointStates } from './endpoint-states.ts';
import { type Item, wireId } from './item.ts';
import type { ChangeNotification, Knobs } from './knobs.ts';
import type { Mailbox } from './mailbox.ts';
import { post } from './post.ts';
import { lots, shuffled } from './shuffle.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';
import { etagOf, instantText } from './wire.ts';

export type ChangeType = 'created' | 'updated' | 'deleted';
/** The documented lifecycle events are missed, subscriptionRemoved and reauthorizationRequired; more are announced. */
export type LifecycleNotification = Pick<
  ChangeNotification,
  'subscriptionId' | 'subscriptionExpirationDateTime' | 'tenantId' | 'clientState'
> & { readonly lifecycleEvent: string };

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
  /** Real ms until the answer. */
  readonly took: number;
}

/** Takes a notification to its receiver in place of HTTPS; gives the receiver's status, or rejects where none came. */
export type Deliver = (url: string, body: string) => Promise<number>;

const BATCH = 50;

export class Notifier {
  readonly log: NotificationPost[] = [];
  /** POSTs made, repetitions included, and the notifications in them. */
  readonly counters = { posts: 0, notifications: 0 };
  readonly #tenantId: string;
  readonly #knobs: Knobs;
  readonly #agenda: Agenda;
  readonly #subscriptions: Subscriptions;
  readonly #send: (url: string, body: string, timeout: number) => Promise<number>;
  readonly #states = new EndpointStates();
  /** By URL and delay. */
  readonly #pending = new Map<string, ChangeNotification[]>();
  #lots: { readonly seed: number; readonly draw: () => number } | undefined;

  constructor(
    tenantId: string,
    knobs: Knobs,
    agenda: Agenda,
    receiver: Agent | Deliver,
    subscriptions: Subscriptions,
  ) {
    this.#tenantId = tenantId;
    this.#knobs = knobs;
    this.#agenda = agenda;
    this.#subscriptions = subscriptions;
    this.#send =
      typeof receiver === 'function'
        ? (url, body) => receiver(url, body)
        : async (url, body, timeout) => {
            const contentType = 'application/json; charset=utf-8';
            const { signal } = agenda;
            return (await post(url, { agent: receiver, timeout, signal, contentType, body })).status;
          };
  }

  /** One change of an item, told to whoever subscribed to its kind. */
  tell(mailbox: Mailbox, item: Item, ...changes: ChangeType[]): void {
    this.#agenda.changed();
    if (!mailbox.enabled) return;
    for (const subscription of this.#subscriptions.of(mailbox)) {
      for (const change of changes) {
        if (subscription.changeType.toLowerCase().includes(change)) this.#enqueue(subscription, item, change);
      }
    }
  }

  /** To the lifecycle URL of every subscription of the mailbox; how many those were. */
  lifecycle(mailbox: Mailbox, lifecycleEvent: string): number {
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
    const url = subscription.notificationUrl;
    const {
      dropNotifications: drop,
      notificationCopies,
      notificationCopyDelay,
      notificationDelay,
    } = this.#knobs;
    if (drop === true || (typeof drop === 'function' && drop(notification))) return;
    const state = this.#state(url);
    if (state === 'drop') return;
    const asked =
      typeof notificationDelay === 'function' ? notificationDelay(notification) : notificationDelay;
    const delay = asked + (state === 'slow' ? this.#knobs.slowDelay : 0);
    for (let copy = 0; copy < notificationCopies; copy++)
      this.#put(url, delay + copy * notificationCopyDelay, notification);
  }

  #put(url: string, delay: number, notification: ChangeNotification): void {
    const key = `${delay} ${url}`;
    const waiting = this.#pending.get(key);
    if (waiting) {
      waiting.push(notification);
      return;
    }
    this.#pending.set(key, [notification]);
    this.#agenda.after(delay, () => {
      const value = this.#ordered(this.#pending.get(key) ?? []);
      this.#pending.delete(key);
      for (let at = 0; at < value.length; at += BATCH) this.#deliver(url, value.slice(at, at + BATCH), 1);
    });
  }

  #ordered(value: ChangeNotification[]): ChangeNotification[] {
    const seed = this.#knobs.reorderNotifications;
    if (seed === undefined) return value;
    if (this.#lots?.seed !== seed) this.#lots = { seed, draw: lots(seed) };
    return shuffled(value, this.#lots.draw);
  }

  #state(url: string): Knobs['endpointState'] {
    const { endpointState, endpointStates } = this.#knobs;
    if (endpointState !== 'normal' || !endpointStates) return endpointState;
    return this.#states.of(url, this.#agenda.now());
  }

  #deliver(url: string, value: NotificationPost['value'], attempt: number): void {
    const { notificationTimeouts, notificationRetry, notificationRetryMax, notificationTries } = this.#knobs;
    const [at, began] = [this.#agenda.now(), performance.now()];
    this.counters.posts++;
    this.counters.notifications += value.length;
    const settle = (status: number | undefined, error: string | undefined) => {
      if (this.#agenda.signal.aborted) return;
      const took = Math.round(performance.now() - began);
      if (this.#knobs.keepLog) this.log.push({ at, url, value, attempt, status, error, took });
      if (this.#knobs.endpointStates)
        this.#states.observe(url, took, this.#agenda.now(), this.#knobs.endpointSample);
      if ((status !== undefined && status >= 200 && status < 300) || attempt >= notificationTries) return;
      const wait = Math.min(notificationRetry * 2 ** (attempt - 1), notificationRetryMax);
      this.#agenda.after(wait, () => this.#deliver(url, value, attempt + 1));
    };
    const sent = this.#send(url, JSON.stringify({ value }), notificationTimeouts[attempt === 1 ? 0 : 1]);
    const settled = sent.then(
      (status) => settle(status, undefined),
      (error: unknown) => settle(undefined, error instanceof Error ? error.message : String(error)),
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
