/** How the simulated tenant behaves beyond a single request: every property may be set at any time. */

import { PERMISSIONS } from './permissions.ts';

export interface ChangeNotification {
  readonly subscriptionId: string;
  readonly subscriptionExpirationDateTime: string;
  readonly clientState: string | null;
  readonly changeType: string;
  readonly resource: string;
  readonly tenantId: string;
  readonly resourceData: {
    readonly '@odata.type': string;
    readonly '@odata.id': string;
    readonly '@odata.etag': string;
    readonly id: string;
  };
}

export interface Knobs {
  /** Ms that each API request takes at least; without it nothing could ever be concurrent. */
  latency: number;
  /** Concurrent requests a mailbox takes before it answers 429. */
  concurrency: number;
  /** Seconds in the Retry-After of that 429; undefined: no such header. */
  throttleRetryAfter: number | undefined;
  /** `expires_in` of new tokens, in seconds. They are refused when it has passed. */
  tokenLifetime: number;
  /** `refresh_in` of new tokens, in seconds; undefined: not sent. */
  tokenRefreshIn: number | undefined;
  /**
   * Application permissions with the administrator's consent. They stand in the `roles` of tokens issued from then on and
   * hold as long as the token; revokeTokens() makes a change felt at once.
   */
  permissions: Set<string>;
  /** Mailboxes (lower case) that the access policy keeps from this app. */
  deniedMailboxes: Set<string>;
  /** Events per delta page where the caller asks for no number. */
  deltaPageSize: number;
  /** No delta page holds more, whatever the caller asks for. */
  deltaPageMax: number;
  /** What a delta round says of an instance of a series that is gone. */
  deletedOccurrence: 'silent' | 'removed';
  /** Delta sends occurrences before their master. */
  deltaMasterLast: boolean;
  /** Delta sends the first event of a round of several pages again on the last page. */
  deltaRepeats: boolean;
  /** Delta begins each round with a page that holds nothing. */
  deltaEmptyPage: boolean;
  /** Delta tokens kept for a mailbox; the oldest go first and are then answered 410. */
  deltaTokens: number;
  /** `never-sent`: a subscription's validation times out although no request was made; `skipped`: always fine. */
  validation: 'sent' | 'never-sent' | 'skipped';
  /** Ms. */
  validationTimeout: number;
  /** A renewal validates the notification URLs once more. */
  validateOnRenewal: boolean;
  /** A shorter life of a subscription is raised to this, in minutes. */
  subscriptionMinMinutes: number;
  subscriptionMaxMinutes: number;
  /** Ms that a subscription is granted at most, whatever was asked for. */
  subscriptionGrant: number;
  subscriptionPageSize: number;
  /** Subscriptions that the tenant grants this app in all; the next one is 403. */
  subscriptionQuota: number;
  /** Ms until the organizer's copy lists a room that somebody forwarded the meeting to; undefined: never. */
  forwardNotice: number | undefined;
  /** Ms until a mail that was sent shows in Sent Items. */
  sentItemsDelay: number;
  /** Ms in which further changes still go into the same POST, if their delay is the same. */
  notificationDelay: number | ((notification: ChangeNotification) => number);
  /** A seed: what goes out at once is shuffled by it, POSTs of 50 and what stands in them. */
  reorderNotifications: number | undefined;
  /** `slow`: new notifications come `slowDelay` ms later; `drop`: they are lost. For every receiver, until set back. */
  endpointState: 'normal' | 'slow' | 'drop';
  slowDelay: number;
  /** Receivers get into these states for ten minutes by themselves, by the share of their late answers. */
  endpointStates: boolean;
  /** Answers of a host in ten minutes below which its share of late ones is not looked at. */
  endpointSample: number;
  /** True, or true of a notification: it is lost. */
  dropNotifications: boolean | ((notification: ChangeNotification) => boolean);
  /** Each notification is sent so often, each copy so many ms after the one before. */
  notificationCopies: number;
  notificationCopyDelay: number;
  /** Ms to wait for the answer to a notification at first, and when repeated. */
  notificationTimeouts: readonly [number, number];
  /** Ms before the first repetition; it doubles each time up to `notificationRetryMax`. */
  notificationRetry: number;
  notificationRetryMax: number;
  notificationTries: number;
  /** False: requests, notifications and handshakes are counted, but not kept in the logs. */
  keepLog: boolean;
}

export function defaultKnobs(): Knobs {
  return {
    latency: 3,
    concurrency: 4,
    throttleRetryAfter: 1,
    tokenLifetime: 3599,
    tokenRefreshIn: undefined,
    permissions: new Set(PERMISSIONS),
    deniedMailboxes: new Set(),
    deltaPageSize: 50,
    deltaPageMax: 1_000,
    deletedOccurrence: 'silent',
    deltaMasterLast: false,
    deltaRepeats: false,
    deltaEmptyPage: false,
    deltaTokens: 100,
    validation: 'sent',
    validationTimeout: 10_000,
    validateOnRenewal: false,
    subscriptionMinMinutes: 45,
    subscriptionMaxMinutes: 10_080,
    subscriptionGrant: Number.POSITIVE_INFINITY,
    subscriptionPageSize: 20,
    subscriptionQuota: 50_000,
    forwardNotice: 20,
    sentItemsDelay: 0,
    notificationDelay: 10,
    reorderNotifications: undefined,
    endpointState: 'normal',
    slowDelay: 600_000,
    endpointStates: false,
    endpointSample: 100,
    dropNotifications: false,
    notificationCopies: 1,
    notificationCopyDelay: 0,
    notificationTimeouts: [3_000, 10_000],
    notificationRetry: 200,
    notificationRetryMax: 3_000,
    notificationTries: 20,
    keepLog: true,
  };
}
