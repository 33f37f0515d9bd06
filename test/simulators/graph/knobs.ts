/** How the simulated tenant behaves beyond a single request: every property may be set at any time. */

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
  /** `never-sent`: a subscription's validation times out although no request was made. */
  validation: 'sent' | 'never-sent';
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
  /** Ms in which further changes still go into the same POST. */
  notificationDelay: number;
  /** True, or true of a notification: it is lost. */
  dropNotifications: boolean | ((notification: ChangeNotification) => boolean);
  /** Each notification is sent twice. */
  duplicateNotifications: boolean;
  /** Ms to wait for the answer to a notification at first, and when repeated. */
  notificationTimeouts: readonly [number, number];
  /** Ms before the first repetition; it doubles each time up to `notificationRetryMax`. */
  notificationRetry: number;
  notificationRetryMax: number;
  notificationTries: number;
}

export function defaultKnobs(): Knobs {
  return {
    latency: 3,
    concurrency: 4,
    throttleRetryAfter: 1,
    tokenLifetime: 3599,
    tokenRefreshIn: undefined,
    deniedMailboxes: new Set(),
    deltaPageSize: 50,
    deltaPageMax: 1_000,
    deletedOccurrence: 'silent',
    deltaMasterLast: false,
    deltaRepeats: false,
    deltaEmptyPage: false,
    deltaTokens: 500,
    validation: 'sent',
    validationTimeout: 10_000,
    validateOnRenewal: false,
    subscriptionMinMinutes: 45,
    subscriptionMaxMinutes: 10_080,
    subscriptionGrant: Number.POSITIVE_INFINITY,
    subscriptionPageSize: 20,
    subscriptionQuota: 50_000,
    notificationDelay: 10,
    dropNotifications: false,
    duplicateNotifications: false,
    notificationTimeouts: [3_000, 10_000],
    notificationRetry: 200,
    notificationRetryMax: 3_000,
    notificationTries: 20,
  };
}
