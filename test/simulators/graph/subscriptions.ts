/** The app's subscriptions: made only after the handshake with both URLs, clamped, listed, renewed, expired. */
import { randomUUID } from 'node:crypto';
import type { Call } from './call.ts';
import type { Directory } from './directory.ts';
import type { Handshake } from './handshake.ts';
import type { Knobs } from './knobs.ts';
import type { Mailbox } from './mailbox.ts';
import { GraphRefusal, type Reply } from './reply.ts';
import { instantText } from './wire.ts';

export interface Subscription {
  readonly id: string;
  readonly mailbox: Mailbox;
  /** As the app sent it. */
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  /** Epoch ms. */
  readonly expires: number;
  readonly immutableIds: boolean;
}

const CHANGE_TYPES = ['created', 'updated', 'deleted'];
const MINUTE = 60_000;

export class Subscriptions {
  /** By id, expired ones included until they are looked at. */
  readonly live = new Map<string, Subscription>();
  readonly #byMailbox = new Map<Mailbox, Set<string>>();
  readonly #app: { clientId: string };
  readonly #knobs: Knobs;
  readonly #directory: Directory;
  readonly #handshake: Handshake;
  readonly #base: () => string;
  readonly #now: () => number;

  constructor(
    app: { clientId: string },
    knobs: Knobs,
    directory: Directory,
    handshake: Handshake,
    base: () => string,
    now: () => number,
  ) {
    this.#app = app;
    this.#knobs = knobs;
    this.#directory = directory;
    this.#handshake = handshake;
    this.#base = base;
    this.#now = now;
  }

  /** Those of a mailbox that have not expired. */
  of(mailbox: Mailbox): Subscription[] {
    const ids = this.#byMailbox.get(mailbox) ?? new Set();
    for (const id of ids) if ((this.live.get(id)?.expires ?? 0) <= this.#now()) this.#remove(id, mailbox);
    return [...ids].flatMap((id) => this.live.get(id) ?? []);
  }

  async create(call: Call): Promise<Reply> {
    const changeType = text(call.body.changeType);
    const kinds = changeType?.split(',').map((kind) => kind.trim().toLowerCase()) ?? [];
    if (!changeType || kinds.some((kind) => !CHANGE_TYPES.includes(kind)))
      throw invalid('changeType is not valid.');
    const resource = text(call.body.resource);
    const mailbox = this.#mailboxOf(resource);
    const clientState = text(call.body.clientState) ?? null;
    if (clientState && clientState.length > 128) throw invalid('clientState is longer than 128 characters.');
    const subscription: Subscription = {
      id: randomUUID(),
      mailbox,
      resource: resource ?? '',
      changeType,
      notificationUrl: httpsUrl('notificationUrl', call.body.notificationUrl) ?? missing('notificationUrl'),
      lifecycleNotificationUrl:
        httpsUrl('lifecycleNotificationUrl', call.body.lifecycleNotificationUrl) ?? null,
      clientState,
      expires: this.#expiry(call.body.expirationDateTime),
      immutableIds: call.prefer.immutableIds,
    };
    this.#refuseDuplicate(subscription);
    if (this.#alive().length >= this.#knobs.subscriptionQuota) {
      throw new GraphRefusal(
        403,
        'Forbidden',
        'The maximum number of subscriptions of this application is reached.',
      );
    }
    await this.#validate(subscription);
    this.#refuseDuplicate(subscription);
    this.live.set(subscription.id, subscription);
    this.#byMailbox.set(mailbox, (this.#byMailbox.get(mailbox) ?? new Set()).add(subscription.id));
    return { status: 201, body: this.#wire(subscription, true) };
  }

  list(call: Call): Reply {
    const from = Number(call.query.get('$skiptoken') ?? 0);
    const all = this.#alive();
    const to = from + this.#knobs.subscriptionPageSize;
    return {
      status: 200,
      body: {
        '@odata.context': `${this.#base()}/v1.0/$metadata#subscriptions`,
        ...(to < all.length
          ? { '@odata.nextLink': `${this.#base()}/v1.0/subscriptions?$skiptoken=${to}` }
          : {}),
        value: all.slice(from, to).map((subscription) => this.#wire(subscription, false)),
      },
    };
  }

  read(call: Call): Reply {
    return { status: 200, body: this.#wire(this.#find(call), true) };
  }

  async renew(call: Call): Promise<Reply> {
    const old = this.#find(call);
    if (call.body.lifecycleNotificationUrl !== undefined)
      throw invalid('lifecycleNotificationUrl cannot be changed.');
    const renewed: Subscription = {
      ...old,
      expires:
        call.body.expirationDateTime === undefined ? old.expires : this.#expiry(call.body.expirationDateTime),
      notificationUrl: httpsUrl('notificationUrl', call.body.notificationUrl) ?? old.notificationUrl,
    };
    if (this.#knobs.validateOnRenewal || renewed.notificationUrl !== old.notificationUrl)
      await this.#validate(renewed);
    this.#find(call);
    this.live.set(renewed.id, renewed);
    return { status: 200, body: this.#wire(renewed, true) };
  }

  reauthorize(call: Call): Reply {
    this.#find(call);
    return { status: 204 };
  }

  delete(call: Call): Reply {
    const { id, mailbox } = this.#find(call);
    this.#remove(id, mailbox);
    return { status: 204 };
  }

  /** Ends the life of a mailbox's subscriptions now, as if their time had come. */
  expire(mailbox: Mailbox): void {
    for (const subscription of this.of(mailbox))
      this.live.set(subscription.id, { ...subscription, expires: 0 });
  }

  #alive(): Subscription[] {
    for (const { id, expires, mailbox } of this.live.values()) {
      if (expires <= this.#now()) this.#remove(id, mailbox);
    }
    return [...this.live.values()];
  }

  #remove(id: string, mailbox: Mailbox): void {
    this.live.delete(id);
    this.#byMailbox.get(mailbox)?.delete(id);
  }

  #find(call: Call): Subscription {
    const found = this.live.get(call.params[0]?.toLowerCase() ?? '');
    if (!found || found.expires <= this.#now())
      throw new GraphRefusal(404, 'ResourceNotFound', 'The object was not found.');
    return found;
  }

  #mailboxOf(resource: string | undefined): Mailbox {
    const match = /^\/?users(?:\/([^/]+)|\('([^']+)'\))(?:\/calendar)?\/events$/i.exec(
      (resource ?? '').split('?')[0] ?? '',
    );
    const name = decodeURIComponent(match?.[1] ?? match?.[2] ?? '');
    if (!name) throw invalid(`Resource '${resource}' is not supported.`);
    const mailbox = this.#directory.find(name);
    if (!mailbox || mailbox.kind === 'external') {
      throw new GraphRefusal(404, 'ResourceNotFound', `Resource '${name}' does not exist.`);
    }
    if (!mailbox.enabled) throw new GraphRefusal(404, 'ResourceNotFound', 'The mailbox is not enabled.');
    if (this.#knobs.deniedMailboxes.has(mailbox.address)) {
      const reason =
        'Operation: Create; Exception: [Status Code: Forbidden; Reason: Access to OData is disabled.]';
      throw new GraphRefusal(403, 'ExtensionError', reason);
    }
    return mailbox;
  }

  #expiry(value: unknown): number {
    const { subscriptionMinMinutes, subscriptionMaxMinutes, subscriptionGrant } = this.#knobs;
    const sent = text(value) ?? missing('expirationDateTime');
    const expires = Date.parse(sent.replace(/(\.\d{3})\d+/, '$1'));
    const now = this.#now();
    if (Number.isNaN(expires))
      throw invalid('Could not process subscription creation payload. expirationDateTime is malformed.');
    if (expires <= now) throw invalid('expirationDateTime must lie in the future.');
    if (expires > now + subscriptionMaxMinutes * MINUTE) {
      throw invalid(`Subscription expiration can only be ${subscriptionMaxMinutes} minutes in the future.`);
    }
    return Math.min(Math.max(expires, now + subscriptionMinMinutes * MINUTE), now + subscriptionGrant);
  }

  #refuseDuplicate(wanted: Subscription): void {
    const kinds = (one: Subscription) =>
      one.changeType
        .toLowerCase()
        .split(',')
        .map((kind) => kind.trim())
        .sort()
        .join();
    const same = this.of(wanted.mailbox).find((other) => kinds(other) === kinds(wanted));
    if (!same) return;
    const words = `Subscription Id ${same.id} already exists for the requested combination`;
    throw new GraphRefusal(
      409,
      'ExtensionError',
      `Operation: Create; Exception: [Status Code: Conflict; Reason: ${words}]`,
    );
  }

  async #validate({ notificationUrl, lifecycleNotificationUrl }: Subscription): Promise<void> {
    const urls =
      lifecycleNotificationUrl === null ? [notificationUrl] : [notificationUrl, lifecycleNotificationUrl];
    for (const fault of await Promise.all(urls.map((url) => this.#handshake.validate(url)))) {
      if (fault) throw invalid(fault);
    }
  }

  #wire(subscription: Subscription, entity: boolean): Record<string, unknown> {
    return {
      ...(entity ? { '@odata.context': `${this.#base()}/v1.0/$metadata#subscriptions/$entity` } : {}),
      id: subscription.id,
      resource: subscription.resource,
      applicationId: this.#app.clientId,
      changeType: subscription.changeType,
      clientState: subscription.clientState,
      notificationUrl: subscription.notificationUrl,
      notificationQueryOptions: null,
      notificationContentType: null,
      lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
      expirationDateTime: instantText(subscription.expires),
      creatorId: this.#app.clientId,
      includeResourceData: null,
      latestSupportedTlsVersion: 'v1_2',
      encryptionCertificate: null,
      encryptionCertificateId: null,
      notificationUrlAppId: null,
    };
  }
}

function invalid(message: string): GraphRefusal {
  return new GraphRefusal(400, 'InvalidRequest', message);
}

function missing(name: string): never {
  throw invalid(`${name} is required.`);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function httpsUrl(name: string, value: unknown): string | undefined {
  const url = text(value);
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw invalid(`${name} must be an https address.`);
  return url;
}
